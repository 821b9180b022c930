"""`/livez`, `/healthz`, `/readyz` for load balancers, containers and the supervisor.

A middleware and not views, because probes come with any Host header, without TLS and without a
session; what they learn is one word a part, no version and no setting.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import cache

import psycopg
import redis.asyncio
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from config.middleware import EitherWay
from config.server.drain import is_draining
from customers import ahead
from talk.database import conninfo

PROBE_SECONDS = 3
KEPT_SECONDS = 1
LATE = "partitions missing"
Parts = dict[str, str]


class HealthMiddleware(EitherWay):
    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        probe = PROBES.get(request.path_info)
        if probe is None:
            return self.get_response(request)
        return probe() if self._is_async else async_to_sync(probe)()


async def livez() -> JsonResponse:
    """The process answers: nothing else is asked, so that a dead database restarts nobody."""
    return JsonResponse({"status": "alive"})


async def readyz() -> JsonResponse:
    """Can this process serve?

    Without Valkey it can: presence is missing then, but no message. Without the next partitions as
    well: rows find another place, but beat has not run for long.
    """
    if is_draining():
        return JsonResponse({"status": "draining"}, status=503)
    parts = await _shared.parts()
    if parts["database"] not in ("ok", LATE):
        return JsonResponse({"status": "down", "parts": parts}, status=503)
    status = "ready" if set(parts.values()) == {"ok"} else "degraded"
    return JsonResponse({"status": status, "parts": parts})


PROBES = {"/livez": livez, "/healthz": livez, "/readyz": readyz}


class SharedProbe:
    """Asks once for all who ask at the same time, and keeps the answer for a second.

    Anybody may ask, and each look opens connections: many at once would use up the database's.
    """

    def __init__(self) -> None:
        self._look: asyncio.Task[Parts] | None = None
        self._answered_at = 0.0

    async def parts(self) -> Parts:
        if self._look is None or not self._is_fresh(self._look):
            self._look = asyncio.get_running_loop().create_task(self._ask())
        return await asyncio.shield(self._look)  # who goes away ends it for nobody else

    def _is_fresh(self, look: asyncio.Task[Parts]) -> bool:
        if look.get_loop() is not asyncio.get_running_loop() or look.cancelled():
            return False
        return not look.done() or time.monotonic() - self._answered_at < KEPT_SECONDS

    async def _ask(self) -> Parts:
        database, valkey = await asyncio.gather(_within(database_state), _within(valkey_state))
        self._answered_at = time.monotonic()
        return {"database": database, "valkey": valkey}


_shared = SharedProbe()


async def _within(probe: Callable[[], Awaitable[str]]) -> str:
    try:
        return await asyncio.wait_for(probe(), PROBE_SECONDS)
    except (psycopg.Error, redis.RedisError, OSError, TimeoutError):
        return "down"


async def database_state() -> str:
    """Read and write through a connection of its own: the pools may be what is broken.

    The message goes into the write-ahead log only, but it is flushed there like any commit, so a
    full disk is noticed.
    """
    opened = await psycopg.AsyncConnection.connect(conninfo(), autocommit=True)
    async with opened:
        mode = await opened.execute("SELECT current_setting('transaction_read_only')")
        if await mode.fetchone() != ("off",):
            return "read-only"
        await opened.execute("SELECT pg_logical_emit_message(true, 'sobani', 'readyz')")
        rows = await (await opened.execute("SELECT app, name FROM django_migrations")).fetchall()
        if not known_migrations() <= set(rows):
            return "migrations missing"
        names = ahead.next_names()
        missing = await opened.execute(ahead.MISSING, [list(names), list(names.values())])
        return LATE if await missing.fetchone() else "ok"


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations that this version of the code brings."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset((app, name) for app, name in loader.disk_migrations)


async def valkey_state() -> str:
    async with redis.asyncio.Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1
    ) as client:
        await client.ping()
    return "ok"
