"""What one client has asked for and not been sent yet: answers, and soft news beside them.

They need no credit. Bounded by asking for no more: while `is_full`, no further command is read from
the socket, so an honest client's burst only takes longer, and soft news is dropped. Sizes are bytes
of memory.
"""

from sys import getsizeof

MOST_BYTES = 128 * 1024
MOST_SOFT_BYTES = MOST_BYTES // 4
ROW_BYTES = 2048  # about what an answer has besides the text that was sent


class Answers:
    """`waiting` is what `take` will return next, oldest first."""

    __slots__ = ("_bytes", "_owed", "waiting")

    def __init__(self) -> None:
        self.waiting: list[str] = []
        self._bytes = 0
        self._owed = 0

    @property
    def is_full(self) -> bool:
        """Whether no more should be asked for: what waits and what is still owed are too much."""
        return self._bytes + self._owed > MOST_BYTES

    @property
    def takes_soft(self) -> bool:
        return self._bytes < MOST_SOFT_BYTES

    def push(self, text: str) -> None:
        self.waiting.append(text)
        self._bytes += getsizeof(text)

    def owe(self, body: str) -> int:
        """Count an answer that will come, with this text in it; return what to `settle` then."""
        size = ROW_BYTES + getsizeof(body)
        self._owed += size
        return size

    def settle(self, size: int) -> None:
        self._owed -= size

    def take(self, most: int) -> tuple[list[str], int]:
        """Return the oldest that make up a frame's share, at least one, and their size."""
        if self._bytes <= most:
            texts, size = self.waiting, self._bytes
            self.clear()
            return texts, size
        count = size = 0
        while size < most:
            size += getsizeof(self.waiting[count])
            count += 1
        texts, self.waiting = self.waiting[:count], self.waiting[count:]
        self._bytes -= size
        return texts, size

    def clear(self) -> None:
        self.waiting = []
        self._bytes = 0
