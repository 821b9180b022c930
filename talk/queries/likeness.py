"""Who may be the same person as a customer, as far as the actor sees them; and receipts."""

from collections.abc import Collection
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from customers.actions.vouching import breaks_limits
from customers.candidates import Evidence, candidates
from customers.identifiers import Kind, normalise
from customers.models import Erasure, Identity, IdentityConflict, MergeLog, Profile, TraitPrecedence
from customers.queries import CustomerRow, customer_row
from talk.errors import NotFound
from talk.models import Conversation
from talk.policy import Actor, Permission, allow, require
from talk.queries.customers import is_visible, require_visible

MOST_CONFLICTS = 20


class CandidateRow(Struct, frozen=True):
    """`two_members`: each has a user id of their own, so they are never joined; nor are those
    who together would have `too_many` identifiers of a kind.
    """

    customer: CustomerRow
    evidence: tuple[Evidence, ...]
    conversations: int
    two_members: bool
    too_many: bool


class ConflictRow(Struct, frozen=True):
    """A verified identifier that the customer could not keep, who vouched for it, and why not:
    `limit`, there are as many of its kind as one may have; `two_members`, it belongs to another
    member; `parted`, to somebody who was parted from the customer.
    """

    kind: str
    value: str
    by: str
    reason: str
    at: str


class MergeRow(Struct, frozen=True):
    """Somebody who was joined with the customer. Only the newest merge can be undone."""

    id: UUID
    at: str
    by: str
    reason: str
    is_newest: bool


class Likeness(Struct, frozen=True):
    """`may_merge` says whether the asker may join, part and confirm; `precedence` which sources
    lead, for keys of member data where an administrator has said so, `empty_wins` for which of
    them an empty value is shown as any other.
    """

    candidates: list[CandidateRow]
    conflicts: list[ConflictRow]
    merges: list[MergeRow]
    may_merge: bool
    precedence: dict[str, list[str]]
    empty_wins: list[str]


def likeness(actor: Actor, customer_id: UUID) -> Likeness:
    """Raise `NotFound` for a customer whom the actor does not see."""
    require(actor, Permission.CUSTOMER_READ)
    require_visible(actor, customer_id)
    found = [
        CandidateRow(
            customer=actor.mask.customer(row),
            evidence=tuple(_shown(actor, each) for each in one.evidence),
            conversations=_conversations(actor, one.customer_id),
            two_members=breaks_limits(Kind.USER_ID, customer_id, one.customer_id),
            too_many=breaks_limits(None, customer_id, one.customer_id),
        )
        for one in candidates(customer_id)
        if is_visible(actor, one.customer_id) and (row := customer_row(one.customer_id))
    ]
    may_merge = allow(actor, Permission.CUSTOMER_MERGE)
    rules = list(TraitPrecedence.objects.all())
    precedence = {rule.key: rule.sources for rule in rules}
    empty_wins = [rule.key for rule in rules if rule.empty_wins]
    told = {one.customer.id for one in found}
    conflicts, merges = _conflicts(actor, customer_id, told), _merges(customer_id)
    return Likeness(found, conflicts, merges, may_merge, precedence, empty_wins)


def _shown(actor: Actor, evidence: Evidence) -> Evidence:
    return replace(evidence, value=actor.mask.text(evidence.kind, evidence.value))


def _conflicts(actor: Actor, customer_id: UUID, told: Collection[UUID]) -> list[ConflictRow]:
    """Return those that no candidate that is told of shows, and that are not settled since.

    Of somebody who was joined with a third, erased, or parted from the customer there is none.
    """
    own = {"profile__customer_id": customer_id}
    held = set(Identity.objects.filter(**own).values_list("kind", "value_norm"))
    lost = IdentityConflict.objects.filter(**own).exclude(other_id__in=told)
    return [
        ConflictRow(
            one.kind,
            actor.mask.text(one.kind, one.value),
            one.verified_by,
            one.reason,
            one.created_at.isoformat(),
        )
        for one in lost.order_by("-created_at")[:MOST_CONFLICTS]
        if (one.kind, normalise(Kind(one.kind), one.value)) not in held
        and (one.other_id is None or is_visible(actor, _present(one.other_id)))
    ]


def _present(customer_id: UUID) -> UUID:
    """Return who the customer is now, if they were joined with somebody since."""
    seen: set[UUID] = set()
    while customer_id not in seen and not Profile.objects.filter(customer_id=customer_id).exists():
        seen.add(customer_id)
        merges = MergeLog.objects.filter(loser_id=customer_id, undone_at=None)
        newest = merges.order_by("-created_at").values_list("winner_id", flat=True).first()
        customer_id = newest or customer_id
    return customer_id


def erasure(actor: Actor, erasure_id: UUID) -> Erasure:
    require(actor, Permission.CUSTOMER_ERASE)
    found = Erasure.objects.filter(id=erasure_id).first()
    if found is None:
        raise NotFound
    return found


def _conversations(actor: Actor, customer_id: UUID) -> int:
    theirs = Conversation.objects.filter(customer_id=customer_id)
    if actor.inbox_ids is not None:
        theirs = theirs.filter(inbox_id__in=actor.inbox_ids)
    return theirs.count()


def _merges(customer_id: UUID) -> list[MergeRow]:
    logs = MergeLog.objects.filter(winner_id=customer_id, undone_at=None)
    return [
        MergeRow(log.id, log.created_at.isoformat(), log.actor, log.reason, place == 0)
        for place, log in enumerate(logs.order_by("-created_at")[:20])
    ]
