"""What changes a context besides activities."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db.models import F
from django.db.models.functions import Now

from customers.context import Inquiries
from customers.models import Context
from customers.signals import context_changed

MOST_BEGINNINGS = 10


def tell_of_member(customer_id: UUID) -> None:
    """Tell who shows the customer that member data or identifiers are others now.

    The values themselves do not travel: not everybody may see them, and they must not lie in a log.
    """
    tell_of_members([customer_id])


def tell_of_members(customer_ids: Collection[UUID]) -> None:
    """Tell the same of several, whose contexts the caller has locked."""
    Context.objects.filter(customer_id__in=customer_ids).update(
        version=F("version") + 1, member_version=F("member_version") + 1, updated_at=Now()
    )
    for customer_id in customer_ids:
        context_changed.send(sender=tell_of_members, customer_id=customer_id)


def count_marks(customer_id: UUID, *, version: int | None = None) -> bool:
    """Give what operators keep about the customer its next version, locked until the commit.

    With a version only that one has a next; else False is returned.
    """
    context = Context.objects.filter(customer_id=customer_id)
    if version is not None:
        context = context.filter(marks_version=version)
    return bool(context.update(marks_version=F("marks_version") + 1))


def note_inquiries(customer_id: UUID, *, count: int, began: Sequence[datetime]) -> bool:
    """Keep how often and when the customer has begun a conversation, the newest first.

    Returns whether that is news; telling of it is left to the caller, in whose transaction it is.
    """
    context = Context.objects.select_for_update(no_key=True).filter(customer_id=customer_id).first()
    told = msgspec.to_builtins(Inquiries(count, tuple(began[:MOST_BEGINNINGS])))
    # Not decoded: a context that cannot be read must not keep anybody from writing.
    if context is None or context.data.get("inquiries") == told:
        return False
    context.data["inquiries"] = told
    context.version += 1
    context.save(update_fields=["data", "version", "updated_at"])
    return True
