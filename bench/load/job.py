"""The measured job: visitors write, operators hear, visitors get their acknowledgement."""

import asyncio
import gc
import time
from collections.abc import Callable
from typing import Any

from bench.load.dialects import dialect_of
from bench.load.figures import Figures, figures
from bench.load.sockets import Tally, Visitor, connect_operators, connect_visitors, now
from bench.load.starter import Starter

DRAIN_SECONDS = 10.0
WITHOUT_END = 1 << 60


async def run(spec: dict[str, Any], starter: Starter) -> Figures:
    """Measure at a fixed `rate` a second, or without one at saturation (next on reply)."""
    dialect, tally = dialect_of(spec), Tally()
    count = spec["operators"]
    await connect_operators(dialect, tally, spec["ports"], count)
    visitors = await connect_visitors(dialect, tally, spec["ports"], spec["visitors"])
    await starter.ready()
    gc.disable()  # a collection here would look like a slow server
    began, used = now(), time.process_time()
    if spec["rate"]:
        await _send_at(visitors, spec["rate"], spec["seconds"])
    else:
        await _send_on_reply(visitors, spec["seconds"])
    seconds, acknowledged = now() - began, tally.acknowledged
    await drain(tally, count)
    made = figures(tally, seconds=seconds, expected=tally.sent * count, acknowledged=acknowledged)
    return {**made, "client_ms": (time.process_time() - used) * 1e3 / tally.sent}


async def _send_at(visitors: list[Visitor], rate: float, seconds: float) -> None:
    began, sent = now(), 0
    while (elapsed := now() - began) < seconds:
        while sent < elapsed * rate:
            visitors[sent % len(visitors)].send()
            sent += 1
        await asyncio.sleep(max(0.0, sent / rate - (now() - began)))


async def _send_on_reply(visitors: list[Visitor], seconds: float) -> None:
    for visitor in visitors:
        visitor.left = WITHOUT_END
        visitor.send()
    await asyncio.sleep(seconds)
    for visitor in visitors:
        visitor.left = 0


async def drain(tally: Tally, operators: int) -> None:
    """Wait for what is still on its way."""
    await until(
        lambda: tally.received >= tally.sent * operators and tally.acknowledged >= tally.sent,
        DRAIN_SECONDS,
    )


async def until(holds: Callable[[], bool], seconds: float) -> None:
    deadline = now() + seconds
    while not holds() and now() < deadline:  # noqa: ASYNC110  # an event would cost each message
        await asyncio.sleep(0.02)
