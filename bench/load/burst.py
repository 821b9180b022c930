"""Many messages in flight at once, over two processes, while some consoles read nothing."""

import asyncio
from typing import Any

from bench.load.dialects import Dialect, dialect_of
from bench.load.figures import Figures, figures
from bench.load.job import drain, until
from bench.load.sockets import Operator, Tally, Visitor, connect_operators, now, open_socket
from bench.load.starter import Starter

HEALTHY = 4
MOST_SECONDS = 60.0


async def run(spec: dict[str, Any], starter: Starter) -> Figures:
    """Each visitor has two sockets, one in each process: both write to the same conversation."""
    dialect, tally = dialect_of(spec), Tally()
    healthy = await connect_operators(dialect, tally, spec["ports"], HEALTHY, checks=HEALTHY)
    stalled = [
        await _stalled(dialect, spec["ports"][number % 2]) for number in range(spec["stalled"])
    ]
    visitors = [
        await _tab(dialect, tally, spec["ports"][tab], number)
        for number in range(spec["visitors"] // 2)
        for tab in (0, 1)
    ]
    await starter.ready()
    began = now()
    for visitor in visitors:
        visitor.left = spec["in_flight"] * (spec["waves"] - 1)
        for _ in range(spec["in_flight"]):
            visitor.send()
    whole = len(visitors) * spec["in_flight"] * spec["waves"]
    await until(lambda: tally.acknowledged >= whole, MOST_SECONDS)
    seconds, acknowledged = now() - began, tally.acknowledged
    await drain(tally, len(healthy))
    await asyncio.sleep(0.5)
    await starter.ready()
    made = figures(tally, seconds=seconds, expected=whole * len(healthy), acknowledged=acknowledged)
    seen_by_stalled = max((operator.tally.received for operator in stalled), default=0)
    if seen_by_stalled >= whole:
        raise RuntimeError(f"stalled consoles saw {seen_by_stalled} of {whole}: they read on")
    seen = {"stalled": len(stalled), "seen_by_stalled": seen_by_stalled, "closed": tally.closed}
    return {**made, **seen}


async def _stalled(dialect: Dialect, port: int) -> Operator:
    """Return a console that says hello and then reads nothing more."""
    operator = Operator(dialect, Tally(), checks=False)
    await open_socket(operator, *dialect.operator(port))
    operator.transport.underlying_transport.pause_reading()
    return operator


async def _tab(dialect: Dialect, tally: Tally, port: int, number: int) -> Visitor:
    visitor = Visitor(dialect, tally, number)
    await open_socket(visitor, *dialect.visitor(port, number))
    return visitor
