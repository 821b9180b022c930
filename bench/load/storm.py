"""All sockets are cut and come back, each having missed messages.

As fast as the server lets them, or as clients do: each at a moment of its own in `spread_seconds`.
"""

import asyncio
import random
from typing import Any

from picows import WSError

from bench.load.dialects import Dialect, dialect_of
from bench.load.figures import Figures, percentile
from bench.load.sockets import Tally, Visitor, connect_visitors, now, open_socket
from bench.load.starter import Starter

AT_ONCE = 200
SYNC_SECONDS = 20.0
MOST_ATTEMPTS = 5
CUT_SECONDS = 2.0


class Returning(Visitor):
    """A visitor that comes back and waits until it has all that it has missed, in order."""

    def __init__(self, dialect: Dialect, tally: Tally, number: int, missed: int) -> None:
        super().__init__(dialect, tally, number, resume=dialect.resume)
        self._wanted = list(range(1, missed + 1))
        self._got: list[int] = []
        self.synced: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def take(self, payload: bytes) -> None:
        self._got += map(int, self.dialect.missed.findall(payload))
        if len(self._got) >= len(self._wanted) and not self.synced.done():
            if self._got != self._wanted:
                self.tally.out_of_order += 1
            self.synced.set_result(None)


async def run(spec: dict[str, Any], starter: Starter) -> Figures:
    dialect, tally = dialect_of(spec), Tally()
    count = spec["visitors"]
    first = await connect_visitors(dialect, tally, spec["ports"], count)
    await starter.ready()
    for visitor in first:
        visitor.transport.disconnect(False)
    await asyncio.sleep(CUT_SECONDS)
    await starter.ready()
    storm = _Storm(dialect, spec)
    began = now()
    await asyncio.gather(*(storm.come_back(number) for number in range(count)))
    seconds = now() - began
    return {
        "sync_seconds": seconds,
        "reconnects": len(storm.seconds),
        "failed_attempts": storm.failures,
        "out_of_order": storm.tally.out_of_order,
        "trouble": storm.trouble,
        "reconnects_per_second": len(storm.seconds) / seconds,
        "p50_ms": percentile(storm.seconds, 0.5),
        "p99_ms": percentile(storm.seconds, 0.99),
    }


class _Storm:
    def __init__(self, dialect: Dialect, spec: dict[str, Any]) -> None:
        self.dialect = dialect
        self.tally = Tally()
        self.failures = 0
        self.trouble = ""
        self.seconds: list[float] = []
        self._ports: list[int] = spec["ports"]
        self._missed: int = spec["missed"]
        self._spread: float = spec["spread_seconds"]
        self._room = asyncio.Semaphore(AT_ONCE)
        self._kept: list[Returning] = []

    async def come_back(self, number: int) -> None:
        await asyncio.sleep(random.uniform(0, self._spread))  # nothing secret
        async with self._room:
            began = now()
            for attempt in range(MOST_ATTEMPTS):
                try:
                    await self._attempt(number)
                except (WSError, OSError, TimeoutError) as error:
                    self.failures += 1
                    self.trouble = self.trouble or repr(error)
                    await asyncio.sleep(0.5 * (attempt + 1))
                else:
                    self.seconds.append(now() - began)
                    return

    async def _attempt(self, number: int) -> None:
        visitor = Returning(self.dialect, self.tally, number, self._missed)
        self._kept.append(visitor)
        port = self._ports[number % len(self._ports)]
        await open_socket(visitor, *self.dialect.visitor(port, number))
        async with asyncio.timeout(SYNC_SECONDS):
            await visitor.synced
