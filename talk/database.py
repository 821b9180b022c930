"""Asynchronous access to the one database, for the hot path only; all else is ordinary Django."""

import asyncio
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool

from talk.connections import PatientAsyncConnection

_pools: dict[asyncio.AbstractEventLoop, AsyncConnectionPool[Any]] = {}
POOL_WAIT_SECONDS = 4.0
OUR_OPTIONS = "-c timezone=UTC -c statement_timeout=10000"
NOT_LIBPQ = {"pool", "prepare_threshold"}  # Django's and the driver's own options


def conninfo() -> str:
    """Return the connection string of Django's default database, in UTC."""
    database = settings.DATABASES["default"]
    names = {
        "dbname": database["NAME"],
        "user": database.get("USER"),
        "password": database.get("PASSWORD"),
        "host": database.get("HOST"),
        "port": database.get("PORT"),
    }
    known = {key: value for key, value in names.items() if value}
    given = database.get("OPTIONS", {})
    options = {key: value for key, value in given.items() if key not in NOT_LIBPQ}
    # The deployment's own come last: of a setting named twice PostgreSQL takes the latter.
    options["options"] = " ".join((OUR_OPTIONS, options.get("options", ""))).strip()
    return make_conninfo(**{**known, **options})


async def pool() -> AsyncConnectionPool[Any]:
    """Return this event loop's pool, opened at its first use.

    It never waits longer than `POOL_WAIT_SECONDS` (`psycopg_pool.PoolTimeout`), its connections
    five seconds for an answer, so that a client is told soon when the database is away.
    """
    loop = asyncio.get_running_loop()
    if loop not in _pools:
        _pools[loop] = AsyncConnectionPool(
            conninfo(),
            connection_class=PatientAsyncConnection,
            min_size=2,
            max_size=4,
            open=False,
            timeout=POOL_WAIT_SECONDS,
            reconnect_timeout=30,
            kwargs={"autocommit": True},
            check=None,
        )
        await _pools[loop].open(wait=False)
    return _pools[loop]


async def mend() -> None:
    """Replace the connections that a restart of the database has ended: these and Django's.

    A pool that meets one dead connection after the other waits a second and more before each next
    one, so that whoever asks runs out of time although the database is back.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(POOL_WAIT_SECONDS):
            await (await pool()).check()
            await asyncio.to_thread(_mend_djangos)


def _mend_djangos() -> None:
    djangos = connection.pool  # type: ignore[attr-defined]  # only PostgreSQL's wrapper has it
    if djangos is not None and not djangos.closed:
        djangos.check()


async def close() -> None:
    """Close this event loop's pool."""
    own = _pools.pop(asyncio.get_running_loop(), None)
    if own is not None:
        await own.close()
