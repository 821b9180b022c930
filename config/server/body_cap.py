"""An ASGI layer that holds the body cap where the server itself has none (uvicorn)."""

import asyncio

from config.server.asgi_types import Application, Message, Receive, Scope, Send
from config.server.headers import values_of
from config.server.limits import Limits
from config.server.metrics import REQUESTS_REFUSED
from config.server.refusal import refuse


class BodyCap:
    """Answers 413 to a body that is announced or grows too big, 408 to one that takes too long."""

    def __init__(self, application: Application, limits: Limits) -> None:
        self._application = application
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        body = _Body(receive, send, self._limits, self._limits.body_limit(scope["path"]))
        try:
            body.check_announced(values_of(scope["headers"], b"content-length"))
            await self._application(scope, body.receive, body.send)
        except _RefusedError as refused:
            await body.refuse(scope, refused.status)


class _RefusedError(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


class _Body:
    def __init__(self, receive: Receive, send: Send, limits: Limits, most: int) -> None:
        self._receive = receive
        self._send = send
        self._limits = limits
        self._most = most
        self._bytes = 0
        self._is_whole = False
        self._is_answered = False
        self._deadline = asyncio.get_running_loop().time() + limits.body_seconds

    def check_announced(self, lengths: list[str]) -> None:
        if any(int(length) > self._most for length in lengths if length.isdigit()):
            raise _RefusedError(413)

    async def receive(self) -> Message:
        if self._is_whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise _RefusedError(408) from None
        self._is_whole = not message.get("more_body", False)
        self._bytes += len(message.get("body", b""))
        if self._bytes > self._most:
            raise _RefusedError(413)
        return message

    async def send(self, message: Message) -> None:
        self._is_answered = True
        await self._send(message)

    async def refuse(self, scope: Scope, status: int) -> None:
        """Answer, then throw away what still arrives for a moment.

        Closing at once would reset the connection, and the client would lose the answer.
        """
        REQUESTS_REFUSED.labels(str(status)).inc()
        if self._is_answered:
            return
        last: list[Message] = []

        async def keep_open(message: Message) -> None:
            if message["type"] == "http.response.body":
                last.append({**message, "body": b""})
                message = {**message, "more_body": True}
            await self._send(message)

        await refuse(scope, keep_open, status)
        try:
            async with asyncio.timeout(self._limits.linger_seconds):
                while (await self._receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            await self._send(last[0])
