"""Where a run takes place: a temporary folder with a PostgreSQL and a Valkey of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg
from psycopg import sql

from bench.usage import Usage
from config.embedded.places import redis_url, socket_folder
from config.embedded.postgres import start_postgres
from config.embedded.server import Server
from config.embedded.valkey import start_valkey

ROOT = Path(__file__).resolve().parents[1]


class Ground:
    """Databases for every side, ended and removed at the end: `with Ground() as ground`."""

    def __init__(self) -> None:
        self.casts: dict[str, dict[str, Any]] = {}  # of databases, once they are made

    def __enter__(self) -> "Ground":
        self.state = Path(tempfile.mkdtemp(prefix="sobani-bench-"))
        self.postgres = start_postgres(self.state)
        self.valkey = start_valkey(self.state)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.valkey.stop()
        self.postgres.stop()
        shutil.rmtree(self.state, ignore_errors=True)

    @property
    def redis_url(self) -> str:
        return redis_url(self.state)

    @property
    def sockets(self) -> Path:
        return socket_folder(self.state)

    def database_url(self, name: str) -> str:
        return f"postgresql://sobani@/{name}?host={self.sockets}"

    def create(self, name: str, template: str = "template0") -> str:
        """Return the address of a new database."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
        with self.connect("postgres") as connection:
            connection.execute(statement)
        return self.database_url(name)

    def has(self, name: str) -> bool:
        with self.connect("postgres") as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,))
            return found.fetchone() is not None

    def connect(self, name: str) -> "psycopg.Connection[tuple[int, ...]]":
        return psycopg.connect(self.database_url(name), autocommit=True)

    def environment(self, database: str, **values: str) -> dict[str, str]:
        return {
            **os.environ,
            "STATE_DIR": str(self.state),
            "DATABASE_URL": self.database_url(database),
            "REDIS_URL": self.redis_url,
            "BENCH_SOCKETS": str(self.sockets),
            "BENCH_DATABASE": database,
            **values,
        }

    def run(self, module: str, *words: str, database: str, **values: str) -> str:
        """Run one of our modules to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env=self.environment(database, **values),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    def cool(self) -> None:
        """Start PostgreSQL anew, with nothing of its data in memory."""
        self.postgres.stop()
        for file in (self.state / "postgres").rglob("*"):
            if file.is_file():
                _drop_from_cache(file)
        self.postgres = start_postgres(self.state)

    def databases(self) -> dict[str, Usage]:
        return {"postgres": _usage(self.postgres), "valkey": _usage(self.valkey)}


def _drop_from_cache(file: Path) -> None:
    opened = os.open(file, os.O_RDONLY)
    try:
        os.fsync(opened)  # what is not written yet would stay
        os.posix_fadvise(opened, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(opened)


def _usage(server: Server) -> Usage:
    assert server.process is not None
    return Usage(server.process.pid)
