"""A PostgreSQL that is made and migrated once, for all who need one of their own.

With several workers the first process makes it; without it everybody migrates for themselves.
"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from config.embedded.places import database_url
from config.embedded.postgres import start_postgres

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = "ready"  # its migrated database; `sobani` is as empty as in a new PostgreSQL
_VARIABLE = "SOBANI_TEST_POSTGRES"  # so that workers know where its data lies


def make(state: Path) -> None:
    """Make it; its data folder is copied, so it does not run afterwards."""
    state.mkdir()
    server = start_postgres(state)
    try:
        url = database_url(state)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        own = {"DATABASE_URL": url.replace("/sobani?", f"/{TEMPLATE}?"), "STATE_DIR": str(state)}
        command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **own}, check=True)
    finally:
        server.stop()
    os.environ[_VARIABLE] = str(state / "postgres")


def is_there() -> bool:
    return _VARIABLE in os.environ


def put_into(state: Path) -> None:
    """Let the PostgreSQL that will be started here begin with a copy, if there is one to copy."""
    if is_there():
        subprocess.run(["cp", "-a", os.environ[_VARIABLE], str(state / "postgres")], check=True)


def be_the_database(state: Path) -> None:
    """Let the migrated one be `sobani`, in a PostgreSQL that runs on a copy."""
    url = database_url(state).replace("/sobani?", "/postgres?")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP DATABASE sobani")
        connection.execute(f"ALTER DATABASE {TEMPLATE} RENAME TO sobani")
