"""How long a client may hold us up: without giving credit, or without taking anything.

Costs nothing while all is well: it looks each second, and only from when something is held up until
nothing is.
"""

import asyncio
import time
from collections.abc import Callable

MOST_SECONDS = 30.0
LOOK_SECONDS = 1.0


class Patience:
    """Usage: `look_on` when something is held up, `begin_anew` when it went on a little, `end`.

    `is_held_up` says whether it still is; `over` is called once, at most `LOOK_SECONDS` after the
    end of our patience.
    """

    __slots__ = ("_is_held_up", "_over", "_since", "_timer")

    def __init__(self, is_held_up: Callable[[], bool], over: Callable[[], None]) -> None:
        self._is_held_up = is_held_up
        self._over = over
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def look_on(self) -> None:
        """Begin to count, unless we do already."""
        if self._timer is None:
            self.begin_anew()
            self._look_later()

    def begin_anew(self) -> None:
        """Count from now: the client has given or taken something."""
        self._since = time.monotonic()

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        self._timer = None
        if not self._is_held_up():
            return
        if time.monotonic() - self._since > MOST_SECONDS:
            self._over()
        else:
            self._look_later()
