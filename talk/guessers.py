"""Who asked for too much that is not there, and is not let in again for a while.

Each process remembers those it sent away itself, so that asking costs nothing.
"""

import time
from collections.abc import Hashable


class Guessers:
    def __init__(self) -> None:
        self._until: dict[Hashable, float] = {}

    def add(self, who: Hashable, seconds: float) -> None:
        now = time.monotonic()
        self._until = {each: until for each, until in self._until.items() if until > now}
        self._until[who] = now + seconds

    def has(self, who: Hashable) -> bool:
        return self._until.get(who, 0.0) > time.monotonic()
