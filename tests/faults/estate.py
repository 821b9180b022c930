"""Databases of one's own, links that can fail, and web processes behind them."""

import asyncio
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Any

import psutil
import psycopg

from config.embedded.places import (
    POSTGRES_SOCKET,
    VALKEY_SOCKET,
    database_url,
    redis_url,
    socket_folder,
)
from config.embedded.postgres import start_postgres
from config.embedded.valkey import start_valkey
from tests import ready_made
from tests.faults.checker import Stored
from tests.faults.history import sha
from tests.faults.proxy import Proxy
from tests.flows.link import Place
from tests.sim import OF_CUSTOMERS
from tests.site.site import LOOSE_LIMITS, migrate
from tests.site.stagehand import Stagehand
from tests.site.webs import Webs


class Estate:
    """Usage: `await estate.open()`; the databases outlive `close_web`, so webs can be changed.

    Links: `browsers` (clients to web), `storage` (web to PostgreSQL), `doorbell` (web to Valkey).
    The harness itself goes past them.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sobani-faults-"))
        self.database = database_url(self.folder)
        sockets, links = socket_folder(self.folder), self.folder / "links"
        links.mkdir()
        self.storage = Proxy(links / POSTGRES_SOCKET, sockets / POSTGRES_SOCKET)
        self.doorbell = Proxy(links / VALKEY_SOCKET, sockets / VALKEY_SOCKET)
        self._given = {
            **LOOSE_LIMITS,
            "STATE_DIR": str(self.folder),
            "DATABASE_URL": f"postgresql://sobani@/sobani?host={links}",
            "REDIS_URL": f"unix://{links / VALKEY_SOCKET}",
            "LOG_FORMAT": "json",
        }

    def start_databases(self) -> None:
        """Not in the event loop: it waits for them, and migrates."""
        ready_made.put_into(self.folder)
        self.start_postgres()
        self.start_valkey()
        if ready_made.is_there():
            ready_made.be_the_database(self.folder)
        else:
            migrate(self.database, redis_url(self.folder))

    async def open_web(self, program: str = "config.server", **settings: str) -> None:
        await self.storage.start()
        await self.doorbell.start()
        environment = {**self._given, **settings}
        self.webs = Webs(self.folder / "web", environment, program=program)
        self.webs.start_soon()
        try:
            await self.until_started(self.webs.count)
        except BaseException:
            self.webs.close()
            raise
        self.browsers = Proxy(("127.0.0.1", 0), ("127.0.0.1", self.webs.port))
        await self.browsers.start()
        past_links = {"DATABASE_URL": self.database, "REDIS_URL": redis_url(self.folder)}
        self.hand = Stagehand({**environment, **past_links, "PUBLIC_URL": self.webs.origin})

    async def until_started(self, count: int) -> None:
        """Wait until so many web processes have begun to listen."""
        for _ in range(600):
            if self.webs.started_count() >= count:
                return
            if any(each.poll() is not None for each in self.webs.processes):
                break
            await asyncio.sleep(0.1)
        raise AssertionError(f"web did not start: {self.webs.log.read_text()[-2000:]}")

    @property
    def place(self) -> Place:
        return Place(self.browsers.port, self.webs.origin)

    def crash_postgres(self) -> None:
        """Stop as in a power cut: what was not flushed is gone; then recover from the log."""
        assert self.postgres.process is not None
        self.postgres.process.send_signal(signal.SIGQUIT)
        self.postgres.process.wait(30)
        self.start_postgres()

    def stop_postgres(self) -> None:
        """`pg_ctl stop -m fast`."""
        assert self.postgres.process is not None
        self.postgres.process.send_signal(signal.SIGINT)
        self.postgres.process.wait(30)

    def start_postgres(self) -> None:
        self.postgres = start_postgres(self.folder)

    def hang_postgres(self, *, is_over: bool = False) -> None:
        """Let the whole database accept and never answer, as a disk does that hangs."""
        assert self.postgres.process is not None
        root = psutil.Process(self.postgres.process.pid)
        for process in [root, *root.children(recursive=True)]:
            process.send_signal(signal.SIGCONT if is_over else signal.SIGSTOP)

    def kill_valkey(self) -> None:
        assert self.valkey.process is not None
        self.valkey.process.kill()
        self.valkey.process.wait()

    def start_valkey(self) -> None:
        self.valkey = start_valkey(self.folder)

    def signal_valkey(self, number: int) -> None:
        assert self.valkey.process is not None
        self.valkey.process.send_signal(number)

    def query(self, sql: str, *parameters: Any) -> list[Any]:
        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(sql, parameters or None)
            return list(cursor.fetchall()) if cursor.description else []

    def stored(self, inbox_id: str) -> Stored:
        """Return the end state of one inbox."""
        conversations = self.query(
            "SELECT id::text, version, last_seq FROM talk_conversation WHERE inbox_id = %s",
            inbox_id,
        )
        messages = self.query(
            "SELECT m.id::text, m.conversation_id::text, m.seq, m.version, m.sender,"
            " m.client_id::text, m.body FROM talk_message m JOIN talk_conversation c"
            " ON c.id = m.conversation_id WHERE c.inbox_id = %s",
            inbox_id,
        )
        events = self.query(
            "SELECT conversation_id::text, version, CASE WHEN profile_id IS NOT NULL"
            " THEN (rows->'conversation'->>'visitor_version')::bigint END FROM talk_event"
            " WHERE inbox_id = %s AND kind <> ALL(%s)",
            inbox_id,
            sorted(OF_CUSTOMERS),
        )
        names = ("id", "conv", "seq", "version", "sender", "client_id")
        return Stored(
            [dict(zip(("id", "version", "last_seq"), row, strict=True)) for row in conversations],
            [{**dict(zip(names, row[:6], strict=True)), "sha": sha(row[6])} for row in messages],
            [dict(zip(("conv", "version", "visitor_version"), row, strict=True)) for row in events],
        )

    async def close_web(self) -> None:
        await self.browsers.stop()
        self.webs.close()
        self.hand.close()
        await self.storage.stop()
        await self.doorbell.stop()

    def close_databases(self) -> None:
        self.valkey.stop()
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
