"""The way of one told activity to an accepted one: each step gives the draft on, or a reason."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from json import dumps
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from customers.activities import (
    KIND_NAME,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_TEXT,
    PAGES,
    Activity,
    read,
)
from customers.addresses import clean_address, clean_links
from customers.cleaning import clean_value, is_deeper

LONGEST_DELAY = timedelta(days=7)
"""Older activities count as this old: a queue may wait while a laptop sleeps."""
OLDEST = timedelta(days=30)
ABOUT = ("url", "title", "referrer", "view", "seconds")
"""What stands beside `props`."""


class Drop(StrEnum):
    """Why an activity was not recorded."""

    MALFORMED = "malformed"
    TOO_DEEP = "too_deep"
    TOO_LARGE = "too_large"
    UNKNOWN_KIND = "unknown_kind"
    BAD_URL = "bad_url"
    TOO_OLD = "too_old"
    BATCH_FULL = "batch_full"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Arrival:
    """When the batch came in by our clock, and when it was sent by the sender's.

    A company's own system may tell of what happened until `longest_delay` ago. Of the parameters
    of pages only those `listed` are kept, or all.
    """

    received_at: datetime
    sent_at: datetime | None
    longest_delay: timedelta = LONGEST_DELAY
    listed: Sequence[str] | None = None


class Draft(msgspec.Struct, frozen=True):
    """An activity on its way. `told` is the JSON value the sender wrote, cleaned on the way."""

    told: Any
    arrival: Arrival
    id: UUID | None = None
    at: datetime | None = None
    activity: Activity | None = None


def take_small(draft: Draft) -> Draft | Drop:
    if not isinstance(draft.told, dict) or not isinstance(draft.told.get("props", {}), dict):
        return Drop.MALFORMED
    # One level more: `props` itself lies in the activity.
    if is_deeper(draft.told, MAX_DEPTH + 1):
        return Drop.TOO_DEEP
    return Drop.TOO_LARGE if _size(draft.told) > MAX_BYTES else draft


def _size(told: object) -> float:
    try:
        return len(msgspec.json.encode(told))
    except (ValueError, OverflowError):  # half an emoji, an integer of many digits
        return _size_of_odd(told)


def _size_of_odd(told: object) -> float:
    try:
        return len(dumps(told, ensure_ascii=False).encode(errors="surrogatepass"))
    except ValueError:  # an integer of thousands of digits
        return math.inf


def make_storable(draft: Draft) -> Draft | Drop:
    return replace(draft, told=clean_value(draft.told, MAX_TEXT))


def take_known_kind(draft: Draft) -> Draft | Drop:
    kind = draft.told.get("kind")
    if not isinstance(kind, str):
        return Drop.MALFORMED
    return draft if KIND_NAME.fullmatch(kind) else Drop.UNKNOWN_KIND


def read_id(draft: Draft) -> Draft | Drop:
    try:
        return replace(draft, id=UUID(draft.told["id"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        return Drop.MALFORMED


def set_time(draft: Draft) -> Draft | Drop:
    """The sender's clock may be years off, but its durations are right: only those are used."""
    try:
        told_at = msgspec.convert(draft.told.get("at"), datetime)
    except msgspec.ValidationError:
        return Drop.MALFORMED
    if told_at.tzinfo is None:
        return Drop.MALFORMED
    age = (draft.arrival.sent_at or draft.arrival.received_at) - told_at
    if age > OLDEST:
        return Drop.TOO_OLD
    age = min(max(age, timedelta()), draft.arrival.longest_delay)
    return replace(draft, at=draft.arrival.received_at - age)


def clean_addresses(draft: Draft) -> Draft | Drop:
    """A bad address of the page drops the activity; a bad one elsewhere is only forgotten."""
    told, listed = dict(draft.told), draft.arrival.listed
    if told.get("url"):
        url = clean_address(told["url"], listed) if isinstance(told["url"], str) else None
        if url is None:
            return Drop.BAD_URL
        told["url"] = url
    referrer = told.get("referrer")
    told["referrer"] = (
        clean_address(referrer, listed) if isinstance(referrer, str) else None
    ) or ""
    told["props"] = clean_links(told.get("props", {}), told.get("url") or "", listed)
    return replace(draft, told=told)


def read_details(draft: Draft) -> Draft | Drop:
    kind, told = draft.told["kind"], draft.told
    if kind in PAGES and not told.get("url"):
        return Drop.BAD_URL
    about = {name: told[name] for name in ABOUT if told.get(name)}
    try:
        details, extra = read(kind, told.get("props", {}), **about)
    except msgspec.ValidationError:
        return Drop.MALFORMED
    if draft.id is None or draft.at is None:
        return Drop.MALFORMED
    return replace(draft, activity=Activity(draft.id, kind, draft.at, details, extra))
