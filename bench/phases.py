"""One run of each measurement against one side: figures of the client, and what servers used."""

import time
from typing import Any

from bench.client import Figures, LoadClient
from bench.ground import Ground
from bench.sides import Side

Cast = dict[str, Any]
SETTLE_SECONDS = 0.3


def job(ground: Ground, side: Side, cast: Cast, **spec: Any) -> Figures:
    """Return figures with `cpu_ms`, `postgres_ms` and `valkey_ms` a message."""
    client = LoadClient({"kind": "job", **_addressed(side, cast, spec["operators"]), **spec})
    client.at_ready()
    time.sleep(SETTLE_SECONDS)
    before = _cpu(ground, side)
    client.go()
    figures = client.result()
    return {**figures, **_per(figures["sent"], before, _cpu(ground, side))}


def flood(ground: Ground, side: Side, cast: Cast, **spec: Any) -> Figures:
    client = LoadClient({"kind": "flood", **_addressed(side, cast, spec["operators"]), **spec})
    client.at_ready()
    client.go()
    return client.result()


def idle(ground: Ground, side: Side, cast: Cast, sockets: int) -> Figures:
    """Return figures with `kib_per_socket` of the server's proportional set."""
    spec = _addressed(side, cast, 0)
    client = LoadClient({"kind": "idle", **spec, "visitors": sockets})
    client.at_ready()
    before = side.pss_bytes()
    client.go()
    client.at_ready()
    after = side.pss_bytes()
    client.go()
    return {**client.result(), "kib_per_socket": (after - before) / 1024 / sockets}


def storm(ground: Ground, side: Side, cast: Cast, **spec: float) -> Figures:
    client = LoadClient({"kind": "storm", **_addressed(side, cast, 0), **spec})
    client.at_ready()
    client.go()
    client.at_ready()
    before = _cpu(ground, side)
    client.go()
    figures = client.result()
    return {**figures, **_per(figures["reconnects"], before, _cpu(ground, side))}


def burst(ground: Ground, side: Side, cast: Cast, stalled: int, **spec: int) -> Figures:
    """Return figures with `grown_mib`: what both processes had grown by when all was delivered."""
    sides = _addressed(side, cast, 20)
    client = LoadClient({"kind": "burst", **sides, "stalled": stalled, **spec})
    client.at_ready()
    before = side.pss_bytes()
    client.go()
    client.at_ready()
    after = side.pss_bytes()
    client.go()
    return {**client.result(), "grown_mib": (after - before) / 1024 / 1024}


def _addressed(side: Side, cast: Cast, tickets: int) -> dict[str, Any]:
    """Say whom to connect to, and hand out tickets: each opens one console socket once."""
    own = {**cast, "tickets": [cast["tickets"].pop() for _ in range(tickets)]}
    if side.dialect != "ours":
        own = {}
    return {"dialect": side.dialect, "ports": side.ports, "cast": own}


def _cpu(ground: Ground, side: Side) -> dict[str, float]:
    databases = {name: usage.cpu_seconds() for name, usage in ground.databases().items()}
    return {"cpu": side.cpu_seconds(), **databases}


def _per(count: float | str, before: dict[str, float], after: dict[str, float]) -> Figures:
    return {f"{name}_ms": (after[name] - before[name]) * 1e3 / float(count) for name in before}
