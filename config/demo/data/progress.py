"""A progress bar for a terminal; silent where nobody watches."""

import time

from django.core.management.base import OutputWrapper

WIDTH = 30
EVERY_SECONDS = 0.1


class ProgressBar:
    def __init__(self, stream: OutputWrapper, total: int, what: str) -> None:
        self.stream, self.total, self.what = stream, total, what
        self.is_watched = stream.isatty()
        self.began = time.monotonic()
        self.drawn = 0.0

    def show(self, done: int) -> None:
        """Draw the bar, at most ten times a second, the last time surely."""
        now = time.monotonic()
        if not self.is_watched or (done < self.total and now - self.drawn < EVERY_SECONDS):
            return
        self.drawn = now
        ending = "\n" if done >= self.total else ""
        self.stream.write("\r" + self.line(done, now - self.began), ending=ending)
        self.stream.flush()

    def line(self, done: int, seconds: float) -> str:
        filled = WIDTH * done // max(self.total, 1)
        bar = "█" * filled + "░" * (WIDTH - filled)
        left = seconds / done * (self.total - done) if done else 0
        return f"{self.what} {bar} {done:,}/{self.total:,}  {seconds:.0f} s, {left:.0f} s left "
