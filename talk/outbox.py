"""What waits to be sent to one socket: bounded, coalesced, as far as the client has credit.

Nothing that fans out ever awaits a socket. What has gathered is sent as one frame at the next turn
of the event loop. Events beyond the credit (what the client has not acknowledged) wait; too much
waiting, or no credit for too long, closes the socket with 4008: the client resumes from the log.
All sizes are bytes of UTF-8; together they keep a client that reads nothing below 1 MiB.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from talk import eager
from talk.turn import Turn

CREDIT_EVENTS = 256
CREDIT_BYTES = 384 * 1024
MOST_WAITING_EVENTS = 512
MOST_WAITING_BYTES = 256 * 1024
MOST_WAITING_REPLIES = 256
MOST_FRAME_BYTES = 60 * 1024
NO_CREDIT_SECONDS = 30.0
SLOW = 4008

Send = Callable[[dict[str, Any]], Awaitable[None]]
Sized = tuple[str, int]  # text, bytes
Entry = tuple[str, int, bool]  # text, bytes, whether it counts against the credit


class Outbox:
    """Usage: `begin`, `push*` and `close` at any time; `abandon` when the socket has ended."""

    def __init__(self, send: Send, turn: Turn) -> None:
        self._send = send
        self._turn = turn
        self._replies: list[str] = []
        self._entries: deque[Entry] = deque()
        self._waiting_bytes = 0
        self._unacknowledged: deque[int] = deque()
        self._unacknowledged_bytes = 0
        self._acknowledged = 0
        self._starved_since: float | None = None
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
        self._push((text, len(text), False))

    def push_reply(self, text: str) -> None:
        """Queue an answer or soft news: it needs no credit and may overtake events."""
        if self._closing is None:
            self._replies.append(text)
            if len(self._replies) > MOST_WAITING_REPLIES:
                self.close(SLOW)
            self._wake()

    def acknowledge(self, count: int) -> None:
        """Take the client's count of all events it has received on this socket."""
        while self._acknowledged < count and self._unacknowledged:
            self._unacknowledged_bytes -= self._unacknowledged.popleft()
            self._acknowledged += 1
        self._starved_since = None
        if self._entries:
            self._wake()

    def close(self, code: int, reason: str = "") -> None:
        """Drop what waits and close the socket; the first code given stands."""
        if self._closing is None:
            self._closing = (code, reason)
            self._entries.clear()
            self._replies.clear()
            self._wake()

    def check_credit(self) -> None:
        """Close a socket that has been without credit for too long; called with heartbeats."""
        starved = self._starved_since
        if starved is not None and time.monotonic() - starved > NO_CREDIT_SECONDS:
            self.close(SLOW)

    def abandon(self) -> None:
        """Send nothing more: the socket is no more."""
        self.close(1000)
        self._has_closed = True
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

    async def _send_all(self) -> None:
        try:
            while texts := self._next_frame():
                await self._send(self._turn.message(texts))
            if self._closing is not None and not self._has_closed:
                self._has_closed = True
                code, reason = self._closing
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except OSError:
            self.abandon()  # the client has gone; its socket hears that from the server

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
        texts, self._replies = self._replies, []
        size = 0
        while self._entries and size < MOST_FRAME_BYTES and self._has_credit():
            text, entry_size, counts = self._entries.popleft()
            size += entry_size
            texts.append(text)
            if counts:
                self._unacknowledged.append(entry_size)
                self._unacknowledged_bytes += entry_size
        self._waiting_bytes -= size
        return texts

    def _has_credit(self) -> bool:
        if len(self._unacknowledged) < CREDIT_EVENTS and self._unacknowledged_bytes < CREDIT_BYTES:
            return True
        self._starved_since = self._starved_since or time.monotonic()
        return False
