"""How many of the same are here at once: the sockets of one address, or of one visitor's token.

Each process counts for itself, so that asking costs nothing; a site's bound is this times its
processes.
"""

from collections import Counter
from collections.abc import Hashable


class Headcount:
    def __init__(self, most: int) -> None:
        """`most` of each may be here; 0 is no limit."""
        self._most = most
        self._here: Counter[Hashable] = Counter()

    def enter(self, who: Hashable) -> bool:
        """Count one more, unless it is one too many."""
        if 0 < self._most <= self._here[who]:
            return False
        self._here[who] += 1
        return True

    def leave(self, who: Hashable) -> None:
        self._here[who] -= 1
        if not self._here[who]:
            del self._here[who]

    def __len__(self) -> int:
        return len(self._here)
