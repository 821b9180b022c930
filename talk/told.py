"""One event as one kind of listener is told it: made once, the same object for all of them."""

from collections.abc import Callable
from sys import getsizeof
from typing import NamedTuple

from msgspec import Struct

from talk import frames
from talk.frames import Ring
from talk.veils import NO_VEIL, Veil

WHOLE, SLIM, VISITOR = range(3)  # who has the conversation open, lists, the visitor
_VIEW_BITS = 2


class Told(Struct, frozen=True, gc=False):
    """`size` is the text's (`size_of`); `number` is what it can be found again by.

    What was missed is told as one text of several events, with commas between them.
    """

    text: str
    size: int
    number: int = 0
    events: int = 1


class Sought(NamedTuple):
    event: int
    view: int


def tell(text: str, ring: Ring, view: int) -> Told:
    return Told(text, size_of(text), number(ring.id, view))


def number(event: int, view: int) -> int:
    return event << _VIEW_BITS | view


def in_order(text: str) -> Told:
    """Return what is no event, but has its place among them."""
    return Told(text, size_of(text), events=0)


def size_of(text: str) -> int:
    """Return its bytes on the wire or, if more, in memory: one emoji makes four of each letter."""
    return max(len(text.encode()), getsizeof(text))


def sought(number: int) -> Sought:
    """Say what was told by this number."""
    return Sought(number >> _VIEW_BITS, number & ((1 << _VIEW_BITS) - 1))


def tell_again(ring: Ring, view: int, veil: Veil = NO_VEIL) -> Told | None:
    """Return the same as was told before; None for what nobody can be told any more."""
    text = _MAKERS[view](ring, veil)
    return tell(text, ring, view) if text else None


def _of_visitor(ring: Ring, veil: Veil) -> str:
    made = frames.visitor_frame(ring)
    return made[0] if made else ""


def _slim(ring: Ring, veil: Veil) -> str:
    return frames.slim_frame(ring, veil) if "conversation" in (ring.rows or {}) else ""


def _whole(ring: Ring, veil: Veil) -> str:
    return frames.console_frame(ring, veil) if ring.rows is not None else ""


_MAKERS: tuple[Callable[[Ring, Veil], str], ...] = (_whole, _slim, _of_visitor)
