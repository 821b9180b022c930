"""Time as one official account sees it: the real one, moved by what a test says."""

import time

from msgspec import Struct


class Clock(Struct):
    moved_seconds: float = 0

    def now(self) -> float:
        return time.time() + self.moved_seconds

    def now_ms(self) -> int:
        return int(self.now() * 1000)
