"""A token bucket: so many a second, with a store for bursts."""

import time


class Bucket:
    def __init__(self, *, per_second: float, burst: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._level = burst
        self._at = time.monotonic()

    def take(self) -> bool:
        """Take one; False when it is empty. Going on taking digs it into debt (`is_abused`)."""
        now = time.monotonic()
        self._level = min(self._burst, self._level + (now - self._at) * self._per_second)
        self._at = now
        self._level -= 1
        return self._level >= 0

    @property
    def is_abused(self) -> bool:
        """Whether a whole further burst was taken from the empty bucket."""
        return self._level < -self._burst
