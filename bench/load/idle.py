"""Sockets that have said hello and then say nothing."""

import asyncio
from typing import Any

from bench.load.dialects import dialect_of
from bench.load.figures import Figures
from bench.load.sockets import Tally, Visitor, connect_visitors, open_socket
from bench.load.starter import Starter

WARMING = 50


async def run(spec: dict[str, Any], starter: Starter) -> Figures:
    """Warm the server with some sockets, then open `visitors` of them and keep them."""
    dialect, tally = dialect_of(spec), Tally()
    for visitor in await connect_visitors(dialect, tally, spec["ports"], WARMING):
        visitor.transport.disconnect()
    await asyncio.sleep(0.5)
    await starter.ready()
    kept = []
    for number in range(spec["visitors"]):
        visitor = Visitor(dialect, tally, number)
        await open_socket(visitor, *dialect.visitor(spec["ports"][0], number))
        kept.append(visitor)
    await asyncio.sleep(1)
    await starter.ready()
    return {"sockets": len(kept), "errors": tally.errors, "trouble": tally.trouble}
