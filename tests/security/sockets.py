"""A websocket to the application in this process.

Not `channels.testing`: it keeps database connections of the sockets' threads open.
"""

import asyncio
import json
from typing import Any

from asgiref.testing import ApplicationCommunicator
from channels.routing import URLRouter

from talk import database, live
from talk.sockets.routing import websocket_urlpatterns


async def lights_out() -> None:
    """End what lives on this event loop.

    psycopg warns of a connection that is cancelled while it is being made, so the pool fills first.
    """
    pool = database._pools.get(asyncio.get_running_loop())
    if pool is not None:
        await pool.wait(10)
    await live.stop()


class WebSocket:
    def __init__(self, path: str, **headers: str) -> None:
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "subprotocols": [],
        }
        self._application = ApplicationCommunicator(URLRouter(websocket_urlpatterns), scope)

    async def open(self) -> dict[str, Any]:
        """Return `websocket.accept`, or `websocket.close` for a refused handshake (403)."""
        await self._application.send_input({"type": "websocket.connect"})
        return await self._application.receive_output(5)  # type: ignore[no-any-return]

    async def send(self, frame: object) -> None:
        text = frame if isinstance(frame, str) else json.dumps(frame)
        await self._application.send_input({"type": "websocket.receive", "text": text})

    async def receive(self) -> list[dict[str, Any]]:
        """Return the frames of one message; a close counts as a frame of type `close`."""
        message = await self._application.receive_output(5)
        if message["type"] == "websocket.close":
            return [{"type": "close", "code": message.get("code")}]
        frames = json.loads(message["text"])
        return frames if isinstance(frames, list) else [frames]

    async def until(self, *types: str) -> dict[str, Any]:
        """Return the next frame of these types, or the close."""
        while True:
            for frame in await self.receive():
                if frame["type"] in {*types, "close"}:
                    return frame

    async def leave(self) -> None:
        await self._application.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._application.wait(5)
