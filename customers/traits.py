"""Which of several values of a trait is shown: the precedence of sources, and what conflicts."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

PRECEDENCE = ("operator", "crm", "site", "commerce", "survey", "tracker", "claim")
"""The strongest first; what stands after a colon in a source names the connection."""
OPERATOR = "operator"
UNVERIFIED = "claim"
CLAIMED = "claimed."
"""What keys of unverified values begin with."""


class Told(msgspec.Struct, frozen=True):
    """A value as one source tells it. Times are the source's change and our reading of it."""

    key: str
    source: str
    value: Any
    changed_at: datetime
    synced_at: datetime


class Known(msgspec.Struct, frozen=True, omit_defaults=True):
    """The value that is shown, and what other sources say otherwise, the stronger first."""

    value: Any
    source: str
    changed_at: datetime
    synced_at: datetime
    others: tuple["Told", ...] = ()


def resolve(told: Iterable[Told]) -> dict[str, Known]:
    """Return what is known of one customer by key.

    The strongest source wins, between equal ones the newest change; null says nothing and never
    hides another value. Unverified values stand under a key of their own, `claimed.<key>`.
    """
    by_key: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        if one.value is not None:
            by_key[_namespaced(one)].append(one)
    return {key: _winner(values) for key, values in sorted(by_key.items())}


def _namespaced(one: Told) -> str:
    return f"{CLAIMED}{one.key}" if _kind(one.source) == UNVERIFIED else one.key


def _winner(values: list[Told]) -> Known:
    newest_first = sorted(values, key=lambda one: one.changed_at, reverse=True)
    best, *rest = sorted(newest_first, key=lambda one: _rank(one.source))
    others = tuple(one for one in rest if one.value != best.value)
    return Known(best.value, best.source, best.changed_at, best.synced_at, others)


def _rank(source: str) -> int:
    kind = _kind(source)
    return PRECEDENCE.index(kind) if kind in PRECEDENCE else len(PRECEDENCE)


def _kind(source: str) -> str:
    return source.partition(":")[0]
