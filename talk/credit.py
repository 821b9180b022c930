"""How much one client may be sent before it has acknowledged what it got."""

from collections import deque

MOST_EVENTS = 256
MOST_BYTES = 384 * 1024


class Credit:
    """Usage: `spend` with each event that is sent, `give` with each acknowledgement."""

    __slots__ = ("_acknowledged", "_bytes", "_sizes")

    def __init__(self) -> None:
        self._sizes: deque[int] = deque()  # of what is not acknowledged
        self._bytes = 0
        self._acknowledged = 0

    @property
    def is_left(self) -> bool:
        return len(self._sizes) < MOST_EVENTS and self._bytes < MOST_BYTES

    def spend(self, size: int, events: int = 1) -> None:
        if events == 1:
            self._sizes.append(size)
        else:
            self._sizes.extend([size // events] * (events - 1))
            self._sizes.append(size - size // events * (events - 1))
        self._bytes += size

    def give(self, count: int) -> bool:
        """Take the client's count of all that it has received; return whether it says more."""
        before = self._acknowledged
        while self._acknowledged < count and self._sizes:
            self._bytes -= self._sizes.popleft()
            self._acknowledged += 1
        return self._acknowledged > before
