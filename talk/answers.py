"""What one client has asked for and not been sent yet: answers, and soft news beside them.

They need no credit. Bounded by asking for no more: while `is_full`, no further command is read from
the socket, so an honest client's burst only takes longer, and soft news is dropped. Sizes are bytes
of memory.
"""

import sys
from collections import deque

MOST_BYTES = 128 * 1024
MOST_SOFT_BYTES = MOST_BYTES // 4
ROW_BYTES = 2048  # about what an answer has besides the text that was sent


class Answers:
    def __init__(self) -> None:
        self._texts: deque[str] = deque()
        self._bytes = 0
        self._owed = 0

    def __bool__(self) -> bool:
        return bool(self._texts)

    @property
    def is_full(self) -> bool:
        """Whether no more should be asked for: what waits and what is still owed are too much."""
        return self._bytes + self._owed > MOST_BYTES

    @property
    def takes_soft(self) -> bool:
        return self._bytes < MOST_SOFT_BYTES

    def push(self, text: str) -> None:
        self._texts.append(text)
        self._bytes += sys.getsizeof(text)

    def owe(self, body: str) -> int:
        """Count an answer that will come, with this text in it; return what to `settle` then."""
        size = ROW_BYTES + sys.getsizeof(body)
        self._owed += size
        return size

    def settle(self, size: int) -> None:
        self._owed -= size

    def take(self, most: int) -> tuple[list[str], int]:
        """Return the oldest that make up a frame's share, at least one, and their size."""
        texts, size = [], 0
        while self._texts and size < most:
            text = self._texts.popleft()
            texts.append(text)
            size += sys.getsizeof(text)
        self._bytes -= size
        return texts, size

    def clear(self) -> None:
        self._texts.clear()
        self._bytes = 0
