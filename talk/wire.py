"""A connection to PostgreSQL that the event loop reads by a callback. For the hot path only.

psycopg's cursors wait for each answer with a future, a timer and two changes of the poll set, and
adapt each parameter in Python; at one statement a message that was half of our processor time.
This speaks libpq's asynchronous interface (`psycopg.pq`) for the two things that the hot path
does: one prepared statement over and over, and hearing notices.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import pq
from psycopg.errors import error_from_result

from talk import database
from talk.connections import PatientAsyncConnection

ANSWER_SECONDS = 12.0  # more than the server's own statement_timeout; at most twice this
Row = tuple[bytes | None, ...]
Answer = asyncio.Future[list[pq.abc.PGresult]]


class Wire:
    """Usage: `Wire.open(…)`; then `execute` one at a time, or await `lost`; `close` at the end.

    What `psycopg.OperationalError` interrupts may have been done or not: nobody knows.
    """

    def __init__(
        self, connection: psycopg.AsyncConnection[Any], hear: Callable[[str], None] | None
    ) -> None:
        self._connection = connection  # would close itself else
        self._pgconn = connection.pgconn
        self._hear = hear
        self._loop = asyncio.get_running_loop()
        self._answer: Answer | None = None
        self._results: list[pq.abc.PGresult] = []
        self.lost: asyncio.Future[None] = self._loop.create_future()
        self._socket = self._pgconn.socket
        self._loop.add_reader(self._socket, self._read)
        self._overdue: Answer | None = None
        self._timer = self._loop.call_later(ANSWER_SECONDS, self._look)

    @classmethod
    async def open(cls, *prelude: str, hear: Callable[[str], None] | None = None) -> "Wire":
        """Connect, carry out the prelude and hear from then on."""
        connection = await PatientAsyncConnection.connect(database.conninfo(), autocommit=True)
        try:
            for statement in prelude:
                await connection.execute(statement.encode())
        except BaseException:
            await connection.close()
            raise
        return cls(connection, hear)

    @property
    def is_open(self) -> bool:
        return not self.lost.done()

    async def execute(self, name: bytes, *parameters: bytes) -> list[Row]:
        """Carry out a prepared statement; parameters and values are text."""
        if not self.is_open:
            raise psycopg.OperationalError("the connection is lost")
        self._answer = self._loop.create_future()
        try:
            self._pgconn.send_query_prepared(name, parameters)
            self._flush()
            [result] = await self._answer
        except (asyncio.CancelledError, psycopg.OperationalError):
            self.close()  # its answer, should it ever come, is not for the next statement
            raise
        if result.status != pq.ExecStatus.TUPLES_OK:
            raise error_from_result(result)
        columns = range(result.nfields)
        return [
            tuple(result.get_value(row, column) for column in columns)
            for row in range(result.ntuples)
        ]

    def close(self) -> None:
        self._lose(psycopg.OperationalError("the connection was closed"))

    def _flush(self) -> None:
        """Send; what the socket does not take now goes when it can be written to."""
        if self._pgconn.flush():
            self._loop.add_writer(self._socket, self._flush_rest)

    def _flush_rest(self) -> None:
        try:
            if not self._pgconn.flush():
                self._loop.remove_writer(self._socket)
        except psycopg.OperationalError as error:
            self._lose(error)

    def _read(self) -> None:
        try:
            self._pgconn.consume_input()
            self._take_notices()
            self._take_results()
        except psycopg.OperationalError as error:
            self._lose(error)

    def _take_notices(self) -> None:
        while notice := self._pgconn.notifies():
            if self._hear is not None:
                self._hear(notice.extra.decode())

    def _take_results(self) -> None:
        while self._answer is not None and not self._pgconn.is_busy():
            result = self._pgconn.get_result()
            if result is not None:
                self._results.append(result)
                continue
            answer, self._answer = self._answer, None
            results, self._results = self._results, []
            if not answer.done():
                answer.set_result(results)

    def _look(self) -> None:
        """Give up a connection on which the same answer is still missing as at the last look."""
        if self._answer is not None and self._answer is self._overdue:
            return self._lose(psycopg.OperationalError("the database does not answer"))
        self._overdue = self._answer
        self._timer = self._loop.call_later(ANSWER_SECONDS, self._look)
        return None

    def _lose(self, error: psycopg.OperationalError) -> None:
        if self.lost.done():
            return
        self._timer.cancel()
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._pgconn.finish()
        self.lost.set_exception(error)
        self.lost.exception()  # seen: nobody has to await it
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self._answer = None


class Wires:
    """A few wires that have the same statements prepared, opened when they are needed."""

    # The plan of a statement is made once, maybe while the tables of a new deployment are still
    # empty: rows are to be found by their indexes whatever the statistics say.
    PLANNING = (
        "SET plan_cache_mode = force_generic_plan",
        "SET enable_seqscan = off",
        "SET enable_hashjoin = off",
        "SET enable_mergejoin = off",
        # A bitmap scan never marks dead index entries, and a busy conversation leaves one with
        # each message: soon most of the time would go into passing over them.
        "SET enable_bitmapscan = off",
    )

    def __init__(self, *prelude: str, most: int) -> None:
        self._prelude = prelude
        self._room = asyncio.Semaphore(most)
        self._idle: list[Wire] = []

    async def execute(self, name: bytes, *parameters: bytes) -> list[Row]:
        """Do so on a wire that is free, after those who have waited longer."""
        async with self._room:
            wire = await self._wire()
            try:
                return await wire.execute(name, *parameters)
            finally:
                self._idle.append(wire)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    async def _wire(self) -> Wire:
        while self._idle:
            wire = self._idle.pop()
            if wire.is_open:
                return wire
        return await Wire.open(*self.PLANNING, *self._prelude)
