"""What one connection still has to send, and what to do when its client does not read."""

import asyncio
from collections.abc import Callable


class Outlet:
    """Holds senders back while a transport is full; reports a client that reads nothing.

    The transport calls `pause` when its buffer is above the high-water mark and `resume` when it
    has drained. While it is paused the buffer is looked at every `stall_seconds`: a client that
    reads slowly is left alone, one that took nothing in that time is stalled.
    """

    def __init__(
        self, pending: Callable[[], int], *, stall_seconds: float, on_stall: Callable[[], None]
    ) -> None:
        self.pending = pending
        self._stall_seconds = stall_seconds
        self._on_stall = on_stall
        self._room: asyncio.Event | None = None
        self._timer: asyncio.TimerHandle | None = None

    def pause(self) -> None:
        if self._room is None:
            self._room = asyncio.Event()
            self._look_later(self.pending())

    def resume(self) -> None:
        if self._room is not None:
            self._room.set()
            self._room = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def drained(self) -> None:
        """Wait until there is room again; at once when there is."""
        if self._room is not None:
            await self._room.wait()

    def _look_later(self, before: int) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._stall_seconds, self._look, before)

    def _look(self, before: int) -> None:
        now = self.pending()
        if now < before:
            self._look_later(now)
        else:
            self._on_stall()
