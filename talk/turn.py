"""Outboxes that have something to send, served together at the next turn of the event loop.

So what one batch of news leaves in an outbox goes as one frame, and a frame that is the same for
many sockets is made once.
"""

import asyncio
from typing import Any, Protocol


class Sender(Protocol):
    def serve(self) -> None:
        """Send what waits. Must not raise: others are served after it."""


class Turn:
    def __init__(self) -> None:
        self._due: list[Sender] = []
        self._texts: list[str] = []
        self._message: dict[str, Any] = {}

    def add(self, sender: Sender) -> None:
        if not self._due:
            asyncio.get_running_loop().call_soon(self._serve)
        self._due.append(sender)

    def message(self, texts: list[str]) -> dict[str, Any]:
        """Return the ASGI message with these texts as one frame; the same again is not made anew.

        Servers must not change it, and ours know by its identity that they have sent it before.
        """
        if texts != self._texts:
            text = texts[0] if len(texts) == 1 else f"[{','.join(texts)}]"
            self._texts, self._message = texts, {"type": "websocket.send", "text": text}
        return self._message

    def _serve(self) -> None:
        due, self._due = self._due, []
        for sender in due:
            sender.serve()
