"""What waits to be sent to one socket, in order: the oldest as text, what is behind it by number.

A text that waits is memory; a number is eight bytes, and the log has the text. So a client that is
behind but reads costs little and loses nothing, and only one that is hopelessly behind is closed.
"""

from array import array
from collections import deque
from collections.abc import Iterable

from talk.told import Told

MOST_EVENTS = 512  # as text
MOST_BYTES = 256 * 1024
MOST_PUT_OFF = 32 * 1024  # by number: a quarter of a mebibyte
PAGE = 128  # numbers that are looked up at once
_NO_EVENT = 0  # among the numbers: the next of the texts


class Backlog:
    """Usage: `add`; `take` what `waiting` begins with; when `is_to_be_filled`, look the
    `next_numbers` up in the log and `fill`.
    """

    __slots__ = ("_put_off", "_texts", "bytes", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[Told] = deque()
        self.bytes = 0  # of all that waits as text
        self._put_off: array[int] = array("q")
        self._texts: deque[Told] = deque()  # no events, between those that are put off

    def add(self, told: Told) -> bool:
        """Let it wait behind all others; False if that is too much."""
        size = self.bytes + told.size
        if not self._put_off and size <= MOST_BYTES and len(self.waiting) < MOST_EVENTS:
            self.waiting.append(told)
            self.bytes = size
            return True
        return self._put_off_one(told)

    def add_at_once(self, told: Iterable[Told]) -> None:
        """Let these wait as text, whatever their size: there was room for them (`has_room_for`)."""
        for each in told:
            self.waiting.append(each)
            self.bytes += each.size

    def take_over(self, other: "Backlog") -> None:
        """Let wait behind all this what has gathered in another."""
        self.add_at_once(other.waiting)
        self._put_off, self._texts = other._put_off, other._texts
        self.bytes += sum(told.size for told in self._texts)

    def take(self) -> Told:
        told = self.waiting.popleft()
        self.bytes -= told.size
        return told

    @property
    def is_behind(self) -> bool:
        return bool(self._put_off)

    @property
    def is_to_be_filled(self) -> bool:
        """Whether so little is left as text that more should be looked up."""
        has_little = len(self.waiting) <= PAGE and self.bytes < MOST_BYTES // 2
        return bool(self._put_off) and (has_little or not self.waiting)

    def next_numbers(self) -> list[int]:
        """Return what comes next, up to where no event is next."""
        page = self._put_off[:PAGE].tolist()
        return page[: page.index(_NO_EVENT)] if _NO_EVENT in page else page

    def fill(self, found: list[Told | None]) -> None:
        """Let the first of the numbers wait as text; None for what nobody can be told any more."""
        for told in found:
            if told is not None:
                self.waiting.append(told)
                self.bytes += told.size
        at = len(found)
        while at < len(self._put_off) and self._put_off[at] == _NO_EVENT:
            self.waiting.append(self._texts.popleft())
            at += 1
        del self._put_off[:at]

    def clear(self) -> None:
        self.waiting.clear()
        self._texts.clear()
        del self._put_off[:]
        self.bytes = 0

    def _put_off_one(self, told: Told) -> bool:
        self._put_off.append(told.number)
        if not told.number:
            self._texts.append(told)
            self.bytes += told.size
        return self.bytes <= MOST_BYTES and len(self._put_off) <= MOST_PUT_OFF
