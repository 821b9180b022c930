"""Lists of what happened, in which the same thing again and again is one line with a count."""

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import Protocol, TypeVar


class Happened(Protocol):
    @property
    def at(self) -> datetime: ...


T = TypeVar("T", bound=Happened)


def folded(
    entries: Iterable[T],
    *,
    what: Callable[[T], Hashable],
    together: Callable[[T, T], T],
    most: int,
) -> tuple[T, ...]:
    """Return at most so many, the newest first; neighbours of equal `what` become one.

    `together` makes it of the newer and the older one.
    """
    trail: list[T] = []
    for entry in sorted(entries, key=lambda one: one.at, reverse=True):
        if trail and what(trail[-1]) == what(entry):
            trail[-1] = together(trail[-1], entry)
        else:
            trail.append(entry)
    return tuple(trail[:most])
