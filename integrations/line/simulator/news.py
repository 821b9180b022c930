"""What phones are told while they look: each change as it happens."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

QUIET_SECONDS = 15
MOST_WAITING = 1_000


class News:
    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[dict[str, Any]]] = set()

    def tell(self, kind: str, **about: Any) -> None:
        """A phone that does not keep up misses news; it asks for everything when it looks again."""
        for queue in self._listeners:
            if queue.qsize() < MOST_WAITING:
                queue.put_nowait({"kind": kind, **about})

    async def listen(self) -> AsyncGenerator[dict[str, Any] | None, None]:
        """Yield news as they come, and None now and then to find out who has left."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield None
            while True:
                try:
                    yield await asyncio.wait_for(queue.get(), QUIET_SECONDS)
                except TimeoutError:
                    yield None
        finally:
            self._listeners.discard(queue)
