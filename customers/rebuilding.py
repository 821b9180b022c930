"""Contexts of customers that were joined or parted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import F

from customers import doings, replaying, shopping
from customers.client import REFUSALS, Consent
from customers.context import (
    ContextData,
    CrmRecord,
    Facts,
    SegmentIn,
    folded,
    with_facts,
)
from customers.ingest_steps import OLDEST
from customers.models import Context, Profile
from customers.replaying import ALL, EMPTY, Span

SECOND = timedelta(seconds=1)
BELONGING = ("segments", "crm")
"""What no activity tells: who is joined has both's, who gives a browser away keeps theirs."""


def read(context: Context) -> ContextData:
    return from_log(context.data)


def from_log(data: dict[str, Any]) -> ContextData:
    return msgspec.convert(data, type=ContextData)


def joined(one: ContextData, other: ContextData) -> ContextData:
    """Return what is known of both as of one person; what is about now is the later one's."""
    later, earlier = (one, other) if _last_seen(one) >= _last_seen(other) else (other, one)
    first = [seen for seen in (one.first_seen, other.first_seen) if seen]
    return msgspec.structs.replace(
        later,
        pages=folded((*one.pages, *other.pages)),
        language=later.language or earlier.language,
        time_zone=later.time_zone or earlier.time_zone,
        screen=later.screen or earlier.screen,
        consent=later.consent or earlier.consent,
        first_seen=min(first) if first else None,
        visits=one.visits + other.visits,
        shopping=shopping.joined(one.shopping, other.shopping),
        segments=_segments(one, other),
        crm=_records(one, other),
        did=doings.joined(one.did, other.did),
    )


def _segments(one: ContextData, other: ContextData) -> tuple[SegmentIn, ...]:
    """Each once, since when either of them has been in it."""
    both = sorted((*one.segments, *other.segments), key=lambda each: each.since, reverse=True)
    return tuple({each.id: each for each in both}.values())


def _records(one: ContextData, other: ContextData) -> tuple[CrmRecord, ...]:
    """Each once, as it was read last."""
    both = sorted((*one.crm, *other.crm), key=lambda each: each.synced_at)
    return tuple({(each.source, each.kind, each.id): each for each in both}.values())


def replayed(
    profile_ids: Sequence[UUID], *, since: datetime | None = None, on: ContextData = EMPTY
) -> ContextData:
    """Return the context after the newest activities of profiles, on top of another.

    `since` is when we received them: a sender's clock may be anywhere.
    """
    span = Span(since - OLDEST - SECOND, since) if since else ALL
    return replaying.replayed(profile_ids, span, on=on)


def with_own_facts(data: ContextData, profile_ids: Sequence[UUID]) -> ContextData:
    """Return the context with what these profiles have told of themselves, the last word last."""
    for facts in _facts(profile_ids):
        data = with_facts(data, facts)
    return with_facts(data, Facts(consent=_last_consent(profile_ids)))


def _last_consent(profile_ids: Sequence[UUID]) -> Consent:
    """Return the last word about tracking; any other batch makes none newer."""
    said = Profile.objects.filter(id__in=profile_ids, facts__has_key="consent")
    newest = said.order_by(F("consent_at").desc(nulls_last=True)).values_list("facts", flat=True)
    return msgspec.convert(newest[0], Facts).consent if newest else ""


def without_doings(data: ContextData) -> ContextData:
    """Return what the context knows of the browser and of who it is, nothing of what was done."""
    about = {name: getattr(data, name) for name in (*Facts.__struct_fields__, *BELONGING)}
    return ContextData(**about)


def refusal_of_nobody(
    now: ContextData, before: Sequence[ContextData], profile_ids: Sequence[UUID]
) -> Consent:
    """Return a no to tracking that was said while people were joined, if nobody knows by whom.

    It is then everybody's: a no never turns into the yes of before. Of what a browser tells since
    profiles keep it, it is known.
    """
    known = [each.consent for each in before] + [each.consent for each in _facts(profile_ids)]
    return now.consent if now.consent in REFUSALS and now.consent not in known else ""


def _facts(profile_ids: Sequence[UUID]) -> list[Facts]:
    told = Profile.objects.filter(id__in=profile_ids, facts_at__isnull=False).order_by("facts_at")
    return [msgspec.convert(facts, Facts) for facts in told.values_list("facts", flat=True)]


def _last_seen(data: ContextData) -> float:
    return data.last_seen.timestamp() if data.last_seen else 0.0
