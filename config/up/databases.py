"""The databases: embedded ones unless the environment names others; migrated; never full."""

import os
import shutil
import time
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from config.embedded.failure import EmbeddedError
from config.embedded.places import database_url, redis_url, socket_folder
from config.embedded.postgres import start_postgres
from config.embedded.server import Server
from config.embedded.valkey import start_valkey
from config.up import output
from config.up.failure import StartError
from talk.database import conninfo

LEAST_FREE_MB = 100
CONNECT_SECONDS = 5
POLL_SECONDS = 0.5
MIGRATION_LOCK = 0x50BA21
"""Two machines that start together must not migrate together."""


def prepare_state(state: Path) -> None:
    """Make the state folder and refuse a disk that would be full in a moment."""
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        free_mb = shutil.disk_usage(state).free // 2**20
    except OSError as error:
        raise StartError(f"STATE_DIR {state}: {error.strerror}") from error
    if not os.access(state, os.W_OK | os.X_OK):
        raise StartError(f"STATE_DIR {state}: nothing can be written there")
    if free_mb < LEAST_FREE_MB:
        raise StartError(
            f"the disk is full: {free_mb} MB are free at {state}, {LEAST_FREE_MB} MB are needed"
        )


def start_embedded(started: list[Server]) -> None:
    """Start what no URL names, and add it to `started` at once, so that a failure ends it too."""
    state = settings.STATE_DIR
    try:
        if database_url(state) == settings.DATABASE_URL:
            started.append(start_postgres(state, settings.POSTGRES_BIN))
        if redis_url(state) == settings.REDIS_URL:
            started.append(start_valkey(state, settings.VALKEY_BIN))
    except EmbeddedError as error:
        raise StartError(str(error)) from error
    except OSError as error:
        raise StartError(f"{error.filename or state}: {error.strerror}") from error


def wait(started: list[Server]) -> str:
    """Let the databases run alone until a signal; return one line if one of them has ended."""
    output.say("sobani", f"PostgreSQL: psql -h {socket_folder(settings.STATE_DIR)} -U sobani")
    while not any(server.ended for server in started):
        time.sleep(POLL_SECONDS)
    return "a database has ended"


def migrate() -> None:
    """Bring the database to this version; an up-to-date one costs one look."""
    try:
        # The pool would log why it fails, wait, and then tell only that it waited.
        psycopg.connect(conninfo(), connect_timeout=CONNECT_SECONDS).close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                call_command("migrate", interactive=False, verbosity=1)
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    except (DatabaseError, psycopg.Error) as error:
        reason = str(error).strip().splitlines()[0].removeprefix("connection failed: ")
        raise StartError(f"the database refused (see DATABASE_URL): {reason}") from error


def leave() -> None:
    """Let go of our own connections: from here on the children have theirs."""
    own = connections["default"]
    assert isinstance(own, DatabaseWrapper)  # noqa: S101  # no other database is supported
    own.close()
    own.close_pool()
