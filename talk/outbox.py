"""What waits to be sent to one socket: bounded, coalesced, as far as the client has credit.

Nothing that fans out ever awaits a socket. What has gathered is sent as one frame at the next turn
of the event loop. Events beyond the credit (what the client has not acknowledged) wait, most of
them only by number: they are read from the log again when their turn comes (`backlog`). A client
that is hopelessly behind, gives no credit or takes nothing for `patience.MOST_SECONDS` is closed
with 4008 and resumes from the log; that is noticed within a second (servers of ours notice sooner
that nothing is taken: `config.server.outlet`). Answers are bounded by asking the client for no
more: `is_full`, `room`.
All sizes are bytes (`told.size_of`); together they keep a client that reads nothing below 1 MiB.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
from psycopg_pool import PoolTimeout

from talk import backlog, eager
from talk.answers import Answers
from talk.backlog import Backlog
from talk.credit import Credit
from talk.patience import Patience
from talk.told import Told, in_order
from talk.turn import Turn

MOST_FRAME_BYTES = 60 * 1024
SLOW = 4008
UNREACHABLE = (psycopg.Error, PoolTimeout, OSError)  # the log, for a while
LOG_AWAY_SECONDS = 1.0

Send = Callable[[dict[str, Any]], Awaitable[None]]
# Looks numbers up in the log: as many of the first as are not too large together.
Log = Callable[[list[int]], Awaitable[list[Told | None]]]
log = logging.getLogger(__name__)


class Outbox:
    """Usage: `begin`, `push*` and `close` at any time; `abandon` when the socket has ended."""

    def __init__(self, send: Send, turn: Turn, log: Log) -> None:
        self._send = send
        self._turn = turn
        self._log = log
        self.answers = Answers()
        self._backlog = Backlog()
        self._credit = Credit()
        self._credit_due = Patience(self._is_starved, self._give_up)
        self._taking_due = Patience(self._is_stuck, self._give_up)
        self._room: asyncio.Future[None] | None = None
        self._has_begun = False
        self._is_due = False
        self._rest: asyncio.Task[None] | None = None
        self._filling: asyncio.Task[None] | None = None
        self._has_closed = False
        self._closing: tuple[int, str] | None = None

    def begin(self, first: str, missed: list[Told]) -> None:
        """Start sending: first this, then what was missed, then what has gathered meanwhile."""
        self._has_begun = True
        if self._closing is None:
            gathered, self._backlog = self._backlog, Backlog()
            self._backlog.add_at_once([in_order(first), *missed])
            self._backlog.take_over(gathered)
        self._wake()

    def has_room_for(self, missed: list[Told]) -> bool:
        """Whether all this can wait here, with as much again of what gathers meanwhile."""
        size = sum(told.size for told in missed)
        return len(missed) <= backlog.MOST_EVENTS and size <= backlog.MOST_BYTES // 2

    @property
    def is_closing(self) -> bool:
        return self._closing is not None

    def push(self, told: Told) -> None:
        """Queue one event; the client must acknowledge it."""
        if self._closing is None:
            if not self._backlog.add(told):
                self.close(SLOW)
            self._wake()

    def push_in_order(self, text: str) -> None:
        """Queue what must not overtake the events before it (`ready`, heartbeats)."""
        self.push(in_order(text))

    def push_reply(self, text: str) -> None:
        """Queue an answer: it needs no credit and may overtake events."""
        if self._closing is None:
            self.answers.push(text)
            self._wake()

    def push_soft(self, text: str) -> None:
        """Queue news that may be lost; it is, when the client does not keep up."""
        if self.answers.takes_soft:
            self.push_reply(text)

    @property
    def is_full(self) -> bool:
        """Whether the client has not read so much that it must not ask for more.

        What only waits for credit does not count: acknowledgements come by the way of commands.
        """
        is_behind = self._backlog.bytes > backlog.MOST_BYTES // 2 and self._credit.is_left
        return (is_behind or self.answers.is_full) and self._closing is None

    async def room(self) -> None:
        """Wait until it is not full, or closing."""
        while self.is_full:
            self._room = asyncio.get_running_loop().create_future()
            await self._room

    def look_for_room(self) -> None:
        """Let who waits for room go on, if there is some."""
        if self._room is not None and not self._room.done() and not self.is_full:
            self._room.set_result(None)

    def acknowledge(self, count: int) -> None:
        """Take the client's count of all events it has received on this socket."""
        if self._credit.give(count):
            self._credit_due.begin_anew()
        if self._backlog.waiting:
            self._wake()

    def close(self, code: int, reason: str = "") -> None:
        """Drop what waits and close the socket; the first code given stands."""
        if self._closing is None:
            self._closing = (code, reason)
            self._backlog.clear()
            self.answers.clear()
            self.look_for_room()
            self._wake()

    def abandon(self) -> None:
        """Send nothing more: the socket is no more."""
        self.close(1000)
        self._has_closed = True
        self._credit_due.end()
        self._taking_due.end()
        for task in (self._rest, self._filling):
            if task is not None:
                task.cancel()

    async def closed(self, seconds: float) -> None:
        """Wait until the close has been sent, as far as its client takes it."""
        self.serve()
        if self._rest is not None:
            await asyncio.wait([self._rest], timeout=seconds)

    def serve(self) -> None:
        """Send what waits, at once; a client that does not read is waited for by a task."""
        self._is_due = False
        if self._rest is None or self._rest.done():
            self._rest = eager.start(self._send_all())
            if self._rest is not None:
                self._taking_due.look_on()

    async def _send_all(self) -> None:
        try:
            while texts := self._next_frame():
                await self._send(self._turn.message(texts))
                if self._rest is not None:
                    self._taking_due.begin_anew()
                if self._room is not None:
                    self.look_for_room()
            if self._room is not None:
                self.look_for_room()
            if self._closing is not None and not self._has_closed:
                self._has_closed = True
                code, reason = self._closing
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except OSError:
            self.abandon()  # the client has gone; its socket hears that from the server

    def _is_stuck(self) -> bool:
        return self._rest is not None and not self._rest.done()

    def _is_starved(self) -> bool:
        return bool(self._backlog.waiting) and not self._credit.is_left

    def _give_up(self) -> None:
        """Close as slow; a send that waits for room is given up, for the close to go past it."""
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
        self.close(SLOW)

    def _wake(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._turn.add(self)

    def _next_frame(self) -> list[str]:
        if not self._has_begun:
            return []
        texts: list[str] = []
        size = most_events = 0
        if self.answers.waiting:
            texts, size = self.answers.take(MOST_FRAME_BYTES // 2)
        waiting, credit = self._backlog.waiting, self._credit
        while waiting and size < MOST_FRAME_BYTES and credit.is_left:
            told = self._backlog.take()
            size += told.size
            texts.append(told.text)
            if told.events:
                credit.spend(told.size, told.events)
                most_events = max(most_events, told.events)
        if waiting and not credit.is_left:
            self._credit_due.look_on()
        if self._backlog.is_to_be_filled and self._filling is None:
            self._filling = asyncio.create_task(self._fill())
        if most_events > 1 and len(texts) == 1:
            return [f"[{texts[0]}]"]  # a frame of several is a list
        return texts

    async def _fill(self) -> None:
        """Look up what waits only by number; while the log is away there is no news either."""
        try:
            while self._backlog.is_to_be_filled:
                try:
                    await self._fill_a_page()
                except UNREACHABLE as error:
                    log.warning("a socket is behind, but the log is away: %s", type(error).__name__)
                    await asyncio.sleep(LOG_AWAY_SECONDS)
        except Exception:
            log.exception("a socket is behind, but the log cannot be read")
            self.close(SLOW)
        finally:
            self._filling = None

    async def _fill_a_page(self) -> None:
        numbers = self._backlog.next_numbers()
        found = await self._log(numbers) if numbers else []
        if self._closing is None:
            self._backlog.fill(found)
        self._wake()
