"""The job at a fixed rate, beside visitors who send as much as they can and come back at once."""

import asyncio
import contextlib
from typing import Any

from picows import WSError, WSMsgType

from bench.load import job
from bench.load.dialects import Dialect, dialect_of
from bench.load.figures import Figures
from bench.load.sockets import Tally, Visitor, open_socket
from bench.load.starter import Starter

FRAMES_PER_SECOND = 3_000
STEP_SECONDS = 0.05


async def run(spec: dict[str, Any], starter: Starter) -> Figures:
    dialect, tally = dialect_of(spec), Tally()
    port, visitors = spec["ports"][0], spec["visitors"]
    floods = [
        asyncio.create_task(_flood(dialect, tally, port, visitors + number))
        for number in range(spec["flooders"])
    ]
    try:
        figures = await job.run(spec, starter)
    finally:
        for flood in floods:
            flood.cancel()
        await asyncio.gather(*floods, return_exceptions=True)
    return {**figures, "flooders_closed": tally.closed, "closed_with": tally.trouble}


async def _flood(dialect: Dialect, tally: Tally, port: int, number: int) -> None:
    while True:
        with contextlib.suppress(WSError, OSError, TimeoutError):
            await _flood_until_closed(dialect, tally, port, number)
        await asyncio.sleep(STEP_SECONDS)


async def _flood_until_closed(dialect: Dialect, tally: Tally, port: int, number: int) -> None:
    closed = tally.closed
    flooder = Visitor(dialect, tally, number)
    await open_socket(flooder, *dialect.visitor(port, number))
    while tally.closed == closed:
        for _ in range(int(FRAMES_PER_SECOND * STEP_SECONDS)):
            flooder.transport.send(WSMsgType.TEXT, b'{"type":"typing","id":"1"}')
        await asyncio.sleep(STEP_SECONDS)
