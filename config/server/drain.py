"""Leaving without losing anything: stop accepting, send sockets elsewhere, finish requests."""

import asyncio
import math
import random
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from config.server.limits import Limits

_SECONDS_PER_SOCKET = 0.05
RECONNECTS_PER_SECOND = 150
_POLL_SECONDS = 0.05

_state = {"draining": False}


def is_draining() -> bool:
    """Has this process been asked to leave? `/readyz` answers 503 from then on."""
    return _state["draining"]


def begin() -> None:
    _state["draining"] = True


def reconnect_seconds(sockets: int) -> int:
    """Return the window in which the clients of this process should come back.

    A machine lets about 150 sockets in per second while it works; all its processes usually
    restart together.
    """
    return max(5, math.ceil(sockets * settings.WEB_CONCURRENCY / RECONNECTS_PER_SECOND))


class Restartable(Protocol):
    def restart(self, reason: str) -> None:
        """Close with 1012; `reason` is `retry=<seconds>`, the window for coming back."""


class Drainable(Protocol):
    def stop_accepting(self) -> None: ...

    def open_sockets(self) -> Collection[Restartable]: ...

    def tasks(self) -> Collection[asyncio.Task[None]]:
        """Return the applications that still run."""

    def is_idle(self) -> bool:
        """Are all requests answered and all connections gone?"""


@dataclass(frozen=True)
class Drained:
    """How a process was emptied: `closing` until the last socket was sent away, `unfinished` is
    the number of applications that were cancelled."""

    sockets: int
    closing_seconds: float
    seconds: float
    unfinished: int


async def drain(server: Drainable, limits: Limits) -> Drained:
    """Empty the server; what is not finished after `drain_seconds` is cancelled."""
    begin()
    server.stop_accepting()
    loop = asyncio.get_running_loop()
    began = closed = loop.time()
    sockets = len(server.open_sockets())
    reason = f"retry={reconnect_seconds(sockets)}"
    spread = min(limits.spread_seconds, sockets * _SECONDS_PER_SOCKET)
    told: dict[int, Restartable] = {}  # held, so that no other gets the id of one that is gone
    while not server.is_idle() and loop.time() < began + limits.drain_seconds:
        # Looked at again and again: a handshake in work may still become a socket.
        for socket in server.open_sockets():
            closed = loop.time()
            if id(socket) not in told:
                told[id(socket)] = socket
                delay = random.uniform(0, spread)  # noqa: S311  # nothing secret
                loop.call_later(delay, socket.restart, reason)
        await asyncio.sleep(_POLL_SECONDS)
    unfinished = server.tasks()
    taken = round(closed - began, 1), round(loop.time() - began, 1)
    await _cancel(unfinished)
    return Drained(sockets, *taken, len(unfinished))


async def _cancel(tasks: Collection[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=1)
