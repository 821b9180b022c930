"""Messages of one websocket that the application has not taken yet."""

import asyncio
from collections import deque
from collections.abc import Callable

from config.server.asgi_types import Message
from config.server.limits import Limits


class Inbox:
    """A queue with one reader that asks its socket to stop reading while it is full.

    `is_full` holds from the caps (messages or bytes) until half of it is taken; `on_room` is
    called then. The messages that already wait always find their place.
    """

    def __init__(self, limits: Limits, on_room: Callable[[], None]) -> None:
        self._most_messages = limits.inbox_messages
        self._most_bytes = limits.inbox_bytes
        self._on_room = on_room
        self._messages: deque[tuple[int, Message]] = deque()
        self._bytes = 0
        self._reader: asyncio.Future[None] | None = None
        self.is_full = False

    def put(self, message: Message, size: int = 0) -> None:
        self._messages.append((size, message))
        self._bytes += size
        if len(self._messages) >= self._most_messages or self._bytes >= self._most_bytes:
            self.is_full = True
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def get(self) -> Message:
        while not self._messages:
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        size, message = self._messages.popleft()
        self._bytes -= size
        if self.is_full and self._is_half_empty():
            self.is_full = False
            self._on_room()
        return message

    def _is_half_empty(self) -> bool:
        messages_left, bytes_left = len(self._messages), self._bytes
        return messages_left <= self._most_messages // 2 and bytes_left <= self._most_bytes // 2
