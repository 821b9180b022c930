"""What operators do with customers: join, part, confirm, give out, erase. Each act is audited."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO
from uuid import UUID

from django.db import transaction

from customers import audit, clock
from customers.actions import by_hand
from customers.actions.by_hand import Side
from customers.actions.erase import erase_customer
from customers.actions.merges import MergeRefused
from customers.audit import Act
from customers.export import sections
from customers.identifiers import BadIdentifier, Kind
from customers.models import Claim, Customer, Erasure, MergeLog
from customers.suppression import Suppressed
from talk import events
from talk.actions import notes
from talk.errors import Forbidden, Invalid, NotFound, Refused
from talk.exporting import Format, write_file
from talk.models import Conversation
from talk.policy import Actor, Permission, require
from talk.queries.customers import require_visible
from talk.queries.export import conversation_sections, marks_sections

MERGED, PARTED = "merged", "parted"


@dataclass(frozen=True, slots=True)
class File:
    """`content` is read from its beginning, once; closing it removes it."""

    name: str
    content: IO[bytes]


@transaction.atomic
def merge(
    actor: Actor, this_id: UUID, other_id: UUID, *, choices: Mapping[str, Side], reason: str
) -> UUID:
    """Join two customers, both of whom the actor sees; return who they are from now on.

    Appends `conversation.changed` with a line to the conversations that are not over. Raises
    `Refused` with the reason.
    """
    require(actor, Permission.CUSTOMER_MERGE)
    for customer_id in (this_id, other_id):
        require_visible(actor, customer_id)
    try:
        log = by_hand.merge_customers(actor.who, this_id, other_id, choices=choices, reason=reason)
    except MergeRefused as error:
        raise Refused(str(error)) from error
    _write_lines([log.winner_id], {"code": MERGED, "merge_id": str(log.id)}, actor)
    return log.winner_id


@transaction.atomic
def part(actor: Actor, merge_id: UUID, *, reason: str) -> MergeLog:
    """Undo a merge of a customer whom the actor sees. Raises `Refused`."""
    require(actor, Permission.CUSTOMER_MERGE)
    log = MergeLog.objects.filter(id=merge_id).first()
    if log is None:
        raise NotFound
    require_visible(actor, log.winner_id)
    try:
        log = by_hand.part_customers(actor.who, merge_id, reason=reason)
    except MergeRefused as error:
        raise Refused(str(error)) from error
    both = [log.winner_id, log.loser_id]
    _write_lines(both, {"code": PARTED, "merge_id": str(log.id)}, actor)
    return log


@transaction.atomic
def confirm(actor: Actor, customer_id: UUID, *, kind: Kind, value: str, reason: str) -> None:
    """Vouch for an identifier that the customer claims. Raises `Refused`, `Invalid`.

    Who may not see it may not find out either, by trying, whether it is the one.
    """
    require(actor, Permission.CUSTOMER_MERGE)
    require_visible(actor, customer_id)
    if not actor.mask.shows(kind):
        raise Forbidden("Identifiers of this kind are masked for you")
    try:
        by_hand.confirm_claim(actor.who, customer_id, kind=kind, value=value, reason=reason)
    except MergeRefused as error:
        raise Refused(str(error)) from error
    except Suppressed as error:
        told = "Who this identifier belongs to was erased: only they themselves may begin anew"
        raise Refused(told, field="value") from error
    except (BadIdentifier, Claim.DoesNotExist) as error:
        raise Invalid("value", "The customer does not claim this identifier") from error
    _write_lines([customer_id], {"code": "confirmed", "kind": kind}, actor)


@transaction.atomic
def export(actor: Actor, customer_id: UUID, *, form: Format, reason: str) -> File:
    """Return all that is held of a customer, masked as the actor sees it. Audited."""
    require(actor, Permission.CUSTOMER_EXPORT)
    require_visible(actor, customer_id)
    held = {
        **sections(customer_id, actor.mask),
        **marks_sections(customer_id, actor.mask),
        **conversation_sections(customer_id, actor.mask),
    }
    content, counts = write_file(customer_id, held, form, clock.now())
    what = {"format": form, "counts": counts}
    audit.record(
        actor.who, Act.CUSTOMER_EXPORTED, customer_id=customer_id, what=what, reason=reason
    )
    name = f"customer-{customer_id.hex[-6:]}.{form}"
    return File(name, content)


def erase(actor: Actor, customer_id: UUID, *, reason: str) -> Erasure:
    """Begin to erase a customer (`customers.actions.erase`); the same again is the same receipt."""
    require(actor, Permission.CUSTOMER_ERASE)
    require_visible(actor, customer_id)
    try:
        return erase_customer(actor.who, customer_id, reason=reason)
    except Customer.DoesNotExist:
        raise NotFound from None


def _write_lines(customer_ids: list[UUID], data: dict[str, str], actor: Actor) -> None:
    """Tell of it in each of their conversations that is not over, and in the newest one."""
    own = Conversation.objects.filter(customer_id__in=customer_ids)
    live = set(own.exclude(status="resolved").values_list("id", flat=True))
    newest = own.order_by("customer_id", "-created_at").distinct("customer_id")
    ids = live | set(newest.values_list("id", flat=True))
    locked = Conversation.objects.select_for_update().filter(id__in=ids).order_by("id")
    for conversation in list(locked):
        conversation.version += 1
        conversation.save(update_fields=["version"])
        line = notes.write_line(conversation.id, operator_id=actor.operator_id, data=data)
        events.append("conversation.changed", conversation_id=conversation.id, note_id=line.id)
