"""What waits to be sent to one socket: bounded, coalesced, as far as the client has credit.

Nothing that fans out ever awaits a socket. What has gathered is sent as one frame at the next turn
of the event loop. Events beyond the credit (what the client has not acknowledged) wait; too much
waiting closes the socket with 4008: the client resumes from the log. So does a client that gives no
credit, or takes nothing, for `patience.MOST_SECONDS`; it is noticed within a second (servers of
ours notice sooner that nothing is taken: `config.server.outlet`). Answers are bounded by asking the
client for no more: `is_full`, `room`.
All sizes are bytes of UTF-8; together they keep a client that reads nothing below 1 MiB.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from talk import eager
from talk.answers import Answers
from talk.patience import Patience
from talk.turn import Turn

CREDIT_EVENTS = 256
CREDIT_BYTES = 384 * 1024
MOST_WAITING_EVENTS = 512
MOST_WAITING_BYTES = 256 * 1024
MOST_FRAME_BYTES = 60 * 1024
SLOW = 4008

Send = Callable[[dict[str, Any]], Awaitable[None]]
Sized = tuple[str, int]  # text, bytes
Entry = tuple[str, int, bool]  # text, bytes, whether it counts against the credit


class Outbox:
    """Usage: `begin`, `push*` and `close` at any time; `abandon` when the socket has ended."""

    def __init__(self, send: Send, turn: Turn) -> None:
        self._send = send
        self._turn = turn
        self.answers = Answers()
        self._entries: deque[Entry] = deque()
        self._waiting_bytes = 0
        self._unacknowledged: deque[int] = deque()
        self._unacknowledged_bytes = 0
        self._acknowledged = 0
        self._credit_due = Patience(self._is_starved, self._give_up)
        self._taking_due = Patience(self._is_stuck, self._give_up)
        self._room: asyncio.Future[None] | None = None
        self._has_begun = False
        self._is_due = False
        self._rest: asyncio.Task[None] | None = None
        self._has_closed = False
        self._closing: tuple[int, str] | None = None

    def begin(self, first: str, missed: list[Sized]) -> None:
        """Start sending: first this, then what was missed, then what has gathered meanwhile."""
        gathered = list(self._entries)
        self._entries.clear()
        self._waiting_bytes = 0
        self._has_begun = True
        self.push_in_order(first)
        for text, size in missed:
            self.push_event(text, size)
        for entry in gathered:
            self._push(entry)

    def has_room_for(self, missed: list[Sized]) -> bool:
        """Whether all this can wait here, with as much again of what gathers meanwhile."""
        size = sum(size for _, size in missed)
        return len(missed) <= MOST_WAITING_EVENTS and size <= MOST_WAITING_BYTES // 2

    @property
    def is_closing(self) -> bool:
        return self._closing is not None

    def push_event(self, text: str, size: int) -> None:
        """Queue one event; the client must acknowledge it."""
        self._push((text, size, True))

    def push_in_order(self, text: str) -> None:
        """Queue what must not overtake the events before it (`ready`, heartbeats)."""
        self._push((text, len(text.encode()), False))

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
        is_behind = self._waiting_bytes > MOST_WAITING_BYTES // 2 and self._has_credit()
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
        before = self._acknowledged
        while self._acknowledged < count and self._unacknowledged:
            self._unacknowledged_bytes -= self._unacknowledged.popleft()
            self._acknowledged += 1
        if self._acknowledged > before:
            self._credit_due.begin_anew()
        if self._entries:
            self._wake()

    def close(self, code: int, reason: str = "") -> None:
        """Drop what waits and close the socket; the first code given stands."""
        if self._closing is None:
            self._closing = (code, reason)
            self._entries.clear()
            self.answers.clear()
            self.look_for_room()
            self._wake()

    def abandon(self) -> None:
        """Send nothing more: the socket is no more."""
        self.close(1000)
        self._has_closed = True
        self._credit_due.end()
        self._taking_due.end()
        if self._rest is not None:
            self._rest.cancel()

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
        return bool(self._entries) and not self._has_credit()

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

    def _push(self, entry: Entry) -> None:
        if self._closing is not None:
            return
        self._entries.append(entry)
        self._waiting_bytes += entry[1]
        if len(self._entries) > MOST_WAITING_EVENTS or self._waiting_bytes > MOST_WAITING_BYTES:
            self.close(SLOW)
        self._wake()

    def _next_frame(self) -> list[str]:
        if not self._has_begun:
            return []
        texts: list[str] = []
        size = 0
        if self.answers.waiting:
            texts, size = self.answers.take(MOST_FRAME_BYTES // 2)
        while self._entries and size < MOST_FRAME_BYTES and self._has_credit():
            text, entry_size, counts = self._entries.popleft()
            size += entry_size
            self._waiting_bytes -= entry_size
            texts.append(text)
            if counts:
                self._unacknowledged.append(entry_size)
                self._unacknowledged_bytes += entry_size
        if self._entries and not self._has_credit():
            self._credit_due.look_on()
        return texts

    def _has_credit(self) -> bool:
        is_counted = len(self._unacknowledged) < CREDIT_EVENTS
        return is_counted and self._unacknowledged_bytes < CREDIT_BYTES
