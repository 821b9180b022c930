"""What contexts have copied of activities goes when those do, from merges' copies of contexts too.

Each row says since when what it holds is kept (`kept_since`): looked through is once a month what
has not been yet, and anew what a merge or its undoing has written.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from customers.context import ContextData, Device
from customers.models import Context, MergeLog, Profile
from customers.shopping import Shopping
from customers.signals import context_changed

logger = logging.getLogger(__name__)
MOST = 200  # rows of one transaction: whoever is told of waits for it
MOST_GLANCED_AT = 500
ROLES = ("winner", "loser")
R = TypeVar("R", Context, MergeLog)
A_MOMENT = timedelta(microseconds=1)

# What a browser has told of itself goes with what it did; its word about tracking stays.
THIN_FACTS = """
UPDATE customers_profile
SET facts = jsonb_strip_nulls(jsonb_build_object('consent', facts -> 'consent'))
WHERE customer_id = ANY(%s) AND facts_at < %s
"""


class Looked(NamedTuple):
    """How many rows a batch has looked through, and how many of them have lost something."""

    at: int
    gone: int


def thinned(data: ContextData, moment: datetime, *, told_at: datetime) -> ContextData:
    """Return the context without what happened before the moment.

    Of somebody who has not been seen since, nothing is left that a visit told but their word about
    tracking. `told_at` is when the row changed last: it stands in where nobody was ever seen.
    """
    page, visit_at = data.page, data.visit_at
    kept = msgspec.structs.replace(
        data,
        page=page if page and page.since >= moment else None,
        pages=tuple(page for page in data.pages if page.at >= moment),
        referrer=data.referrer if visit_at and visit_at >= moment else "",
        shopping=_thinned_shopping(data.shopping, moment),
        did=tuple(did for did in data.did if did.at >= moment),
    )
    if (data.last_seen or told_at) >= moment:
        return kept
    return msgspec.structs.replace(
        kept,
        device=Device(),
        language="",
        time_zone="",
        screen="",
        first_seen=None,
        last_seen=None,
        visits=0,
        visit_at=None,
    )


def count(moment: datetime) -> int:
    """Return how many contexts, and merges with copies of some, would lose something."""
    contexts = sum(_forget(row, moment) for row in _due(Context, moment).iterator())
    return contexts + sum(_forget(row, moment) for row in _due(MergeLog, moment).iterator())


def glance(moment: datetime) -> tuple[int, bool]:
    """Return how many of the first rows would lose something, and whether there are further ones.

    All are due at once on the first of a month, each has to be read, and a page waits for it.
    """
    most = MOST_GLANCED_AT + 1
    contexts, merges = _due(Context, moment)[:most], _due(MergeLog, moment)[:most]
    rows: list[Context | MergeLog] = [*contexts, *merges]
    is_more = max(len(contexts), len(merges)) == most
    return sum(_forget(row, moment) for row in rows), is_more


def forget(moment: datetime) -> Looked:
    """Look through one batch, in the caller's transaction.

    Left out are merges that somebody undoes right now, and contexts that fail: they stop no other.
    """
    of_contexts, of_merges = _forget_contexts(moment), _forget_merges(moment)
    return Looked(of_contexts.at + of_merges.at, of_contexts.gone + of_merges.gone)


def _due(model: type[R], moment: datetime) -> QuerySet[R]:
    return model._default_manager.filter(Q(kept_since=None) | Q(kept_since__lt=moment))


def _forget_contexts(moment: datetime) -> Looked:
    ids = _next_contexts(moment)
    # Profiles before contexts, as everybody locks.
    list(Profile.objects.select_for_update(no_key=True).filter(customer_id__in=ids).order_by("id"))
    due = _due(Context, moment).filter(customer_id__in=ids)
    locked = list(due.select_for_update(no_key=True).order_by("customer_id"))
    _thin_facts([context.customer_id for context in locked], moment)
    # One that fails for the first time is looked at as well: after that it comes last.
    is_new = [context.kept_since is None for context in locked]
    changed = [_try_to_thin(context, moment) for context in locked]
    at = sum(new or one is not None for new, one in zip(is_new, changed, strict=True))
    return Looked(at, changed.count(True))


def _next_contexts(moment: datetime) -> list[UUID]:
    """Those that nobody has looked through first, those that have failed last."""
    ids = _due(Context, moment).values_list("customer_id", flat=True)
    return list(ids.filter(kept_since=None)[:MOST]) or list(ids.order_by("kept_since")[:MOST])


def _try_to_thin(context: Context, moment: datetime) -> bool | None:
    """Return whether it has lost something; None when it has to be tried again."""
    try:
        with transaction.atomic():
            return _thin(context, moment)
    except Exception:
        logger.exception("A context cannot be thinned now: %s", context.customer_id)
        own = Context.objects.filter(customer_id=context.customer_id)
        own.update(kept_since=moment - A_MOMENT)
        return None


def _thin(context: Context, moment: datetime) -> bool:
    is_changed = _forget(context, moment)
    context.kept_since = moment
    fields = ["kept_since"]
    if is_changed:
        context.version += 1
        fields += ["data", "version", "updated_at"]
    context.save(update_fields=fields)
    if is_changed:
        context_changed.send(sender=_thin, customer_id=context.customer_id)
    return is_changed


def _thin_facts(customer_ids: list[UUID], moment: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(THIN_FACTS, [customer_ids, moment])


def _forget_merges(moment: datetime) -> Looked:
    due = _due(MergeLog, moment).select_for_update(skip_locked=True).order_by("id")[:MOST]
    looked = gone = 0
    for log in due:
        looked, gone = looked + 1, gone + _forget(log, moment)
        log.kept_since = moment
        log.save(update_fields=["before", "kept_since"])
    return Looked(looked, gone)


def _forget(row: Context | MergeLog, moment: datetime) -> bool:
    """Take from the row what is older; return whether there was something."""
    if isinstance(row, Context):
        before, row.data = row.data, _thinned_json(row.data, moment, row.updated_at)
        return bool(row.data != before)
    before, row.before = row.before, {**row.before, **dict(_thinned_copies(row, moment))}
    return bool(row.before != before)


def _thinned_copies(log: MergeLog, moment: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    for role in ROLES:
        if role in log.before:
            yield role, _thinned_json(log.before[role], moment, log.created_at)


def _thinned_json(data: dict[str, Any], moment: datetime, told_at: datetime) -> dict[str, Any]:
    """What cannot be read may be a newer version's: it goes when nothing in it can be new.

    Their word about tracking stays even then.
    """
    if not data:
        return data
    try:
        known = msgspec.convert(data, type=ContextData)
    except msgspec.ValidationError:
        logger.warning("A context cannot be read; it stays until all of it is old")
        said = {name: word for name, word in data.items() if name == "consent"}
        return said if told_at < moment else data
    kept = thinned(known, moment, told_at=told_at)
    return data if kept == known else {**data, **msgspec.to_builtins(kept)}


def _thinned_shopping(known: Shopping, moment: datetime) -> Shopping:
    return Shopping(
        items=tuple(item for item in known.items if item.at >= moment),
        cart=known.cart if known.cart and known.cart.at >= moment else None,
        order=known.order if known.order and known.order.at >= moment else None,
        errors=tuple(error for error in known.errors if error.at >= moment),
    )
