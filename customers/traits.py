"""Which of several values of a trait is shown: the precedence of sources, and what conflicts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import msgspec

PRECEDENCE = ("operator", "crm", "site", "commerce", "survey", "tracker", "claim")
"""The strongest first; what stands after a colon in a source names the connection."""
OPERATOR = "operator"
CRM = "crm"
UNVERIFIED = "claim"
CLAIMED = "claimed."
"""What keys of unverified values begin with."""


class Rule(msgspec.Struct, frozen=True):
    """How one key is resolved otherwise: these sources first, the strongest first.

    Of those that are not named `PRECEDENCE` decides; what an operator has said comes before all.
    `empty_wins`: what a stronger source tells as empty hides what a weaker one tells.
    """

    sources: tuple[str, ...] = ()
    empty_wins: bool = False


DEFAULT = Rule()


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """A value as one source tells it. Times are the source's change and our reading of it.

    `told_at` is the source's time when it said so last, if that was more than once.
    """

    key: str
    source: str
    value: Any
    changed_at: datetime
    synced_at: datetime
    told_at: datetime | None = None


class Known(msgspec.Struct, frozen=True, omit_defaults=True):
    """The value that is shown, and what other sources say otherwise, the stronger first."""

    value: Any
    source: str
    changed_at: datetime
    synced_at: datetime
    others: tuple["Told", ...] = ()
    told_at: datetime | None = None


def resolve(told: Iterable[Told], rules: Mapping[str, Rule] | None = None) -> dict[str, Known]:
    """Return what is known of one customer by key.

    The strongest source wins, between equal ones the newest change; of what one source has said in
    several browsers, its last word, and of several records of one CRM the one that changed last.
    An empty value hides no other unless the key's rule says so; null is never shown. An operator's
    null says nothing: a choice was taken back. Unverified values stand under a key of their own,
    `claimed.<key>`.
    """
    by_key: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        if one.value is not None or one.source != OPERATOR:
            by_key[_namespaced(one)].append(one)
    winners = {
        key: _winner(values, (rules or {}).get(key, DEFAULT))
        for key, values in sorted(by_key.items())
    }
    return {key: known for key, known in winners.items() if known is not None}


def is_empty(value: Any) -> bool:
    """Whether the value says nothing: null, blank text, an empty list or object."""
    return not value.strip() if isinstance(value, str) else value is None or value in ([], {})


def is_same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal: unlike in Python, 1 is not true, however deep it lies."""
    match one, other:
        case (bool(), _) | (_, bool()):
            return one is other
        case dict(), dict():
            return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
        case list(), list():
            return len(one) == len(other) and all(map(is_same, one, other))
    return bool(one == other)


def _namespaced(one: Told) -> str:
    return f"{CLAIMED}{one.key}" if _kind(one.source) == UNVERIFIED else one.key


def _winner(values: list[Told], rule: Rule) -> Known | None:
    order = (OPERATOR, *rule.sources, *PRECEDENCE)

    def weakness(one: Told) -> tuple[bool, bool, int]:
        hides = rule.empty_wins
        is_blank, is_null = is_empty(one.value), one.value is None
        return (not hides and is_blank, not hides and is_null, _rank(one.source, order))

    equals = groupby(sorted(values, key=weakness), key=weakness)
    best, *rest = (one for _, each in equals for one in _newest_first(list(each)))
    if best.value is None:
        return None
    others = tuple(
        one for one in rest if one.value is not None and not is_same(one.value, best.value)
    )
    return Known(best.value, best.source, best.changed_at, best.synced_at, others, best.told_at)


def _newest_first(values: Sequence[Told]) -> list[Told]:
    """Order equally strong ones: sources by the change of their last word, that one before others.

    A source that says the same again in another browser is right now, however long it is so; that
    two sources say theirs again every night makes neither of them newer.
    """
    by_source: dict[str, list[Told]] = defaultdict(list)
    for one in sorted(values, key=_last_said, reverse=True):
        by_source[one.source].append(one)
    words = sorted(by_source.values(), key=lambda own: own[0].changed_at, reverse=True)
    return [one for own in words for one in own]


def _last_said(one: Told) -> datetime:
    """When the source gave its word: a CRM says all of its records again each night."""
    return one.changed_at if _kind(one.source) == CRM else one.told_at or one.changed_at


def _rank(source: str, order: tuple[str, ...]) -> int:
    """A connection may be named by itself (`crm:main`), else it is as strong as its kind."""
    names = (source, _kind(source))
    return next((order.index(name) for name in names if name in order), len(order))


def _kind(source: str) -> str:
    return source.partition(":")[0]
