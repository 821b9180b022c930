"""What erasing a customer takes away, step by step. Apps above add what they hold (`register`)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

from customers.models import (
    Claim,
    Context,
    Customer,
    Identity,
    IdentityConflict,
    MergeLog,
    Profile,
    Trait,
)
from customers.signals import context_changed

M = TypeVar("M", bound=Model)
MOST_ACTIVITIES = 5_000  # in one transaction

DELETE_ACTIVITIES = """
WITH old AS (
    SELECT id, at FROM customers_activity WHERE profile_id = ANY(%s) LIMIT %s
) DELETE FROM customers_activity AS activity USING old
WHERE activity.id = old.id AND activity.at = old.at
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is erased: the customer with all who were joined with them, and their profiles."""

    erasure_id: UUID
    customer_ids: list[UUID]
    profile_ids: list[UUID]


Step = Callable[[Subject], Counter[str]]
"""Takes away one batch, in the caller's transaction; returns what it was, nothing when all is gone.

Called again for what came late, so it must find its work by looking.
"""


def register(step: Step) -> None:
    """Add a step, called after those that are there. Usage: in `AppConfig.ready`."""
    if step not in STEPS:
        STEPS.append(step)


def erase_knowledge(subject: Subject) -> Counter[str]:
    """Identifiers, claims, member data, conflicts, merges, contexts and names."""
    theirs = {"profile_id__in": subject.profile_ids}
    removed = Counter(
        identities=_delete(Identity.objects.filter(**theirs)),
        claims=_delete(Claim.objects.filter(**theirs)),
        traits=_delete(Trait.objects.filter(**theirs)),
        conflicts=_delete(IdentityConflict.objects.filter(**theirs))
        + _delete(IdentityConflict.objects.filter(other_id__in=subject.customer_ids)),
        merges=_delete(MergeLog.objects.filter(winner_id__in=subject.customer_ids))
        + _delete(MergeLog.objects.filter(loser_id__in=subject.customer_ids)),
        contexts=_empty_contexts(subject.customer_ids),
    )
    nameless = Customer.objects.filter(id__in=subject.customer_ids)
    nameless.update(name="", locale="", traits={})
    Profile.objects.filter(id__in=subject.profile_ids).update(
        facts={}, facts_at=None, consent_at=None
    )
    return +removed


def erase_activities(subject: Subject) -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute(DELETE_ACTIVITIES, [subject.profile_ids, MOST_ACTIVITIES])
        return +Counter(activities=cursor.rowcount)


STEPS: list[Step] = [erase_knowledge, erase_activities]


def _delete(rows: QuerySet[M]) -> int:
    """Count what was asked for alone, not what goes with it."""
    _all, by_model = rows.delete()
    return by_model.get(rows.model._meta.label, 0)


def _empty_contexts(customer_ids: list[UUID]) -> int:
    filled = Context.objects.select_for_update().filter(customer_id__in=customer_ids)
    emptied = 0
    for context in filled.order_by("customer_id"):
        if not context.data:
            continue
        context.data, context.version = {}, context.version + 1
        context.save(update_fields=["data", "version", "updated_at"])
        context_changed.send(sender=_empty_contexts, customer_id=context.customer_id)
        emptied += 1
    return emptied
