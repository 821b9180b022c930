"""The first ASGI layer, the same for every server: true addresses, clean headers, log lines."""

import time

from config.server import drain
from config.server.asgi_types import Application, Message, Receive, Scope, Send
from config.server.handshakes import Handshakes
from config.server.headers import fault, without_twins
from config.server.journal import request_ended, socket_ended
from config.server.limits import Limits
from config.server.metrics import (
    HANDSHAKES_REFUSED,
    REQUESTS_REFUSED,
    SOCKETS_CLOSED,
    SOCKETS_OPEN,
)
from config.server.peer import client_address, client_scheme
from config.server.refusal import refuse

_RETRY_SECONDS = 5
_ANSWERS = {"websocket.accept", "websocket.close", "websocket.http.response.start"}


class Gate:
    """Lets clean requests through to the application and says what became of them."""

    def __init__(self, application: Application, *, hops: int, limits: Limits) -> None:
        self._application = application
        self._hops = hops
        self._limits = limits
        self._handshakes = Handshakes(limits.handshakes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        target = scope["raw_path"] + scope["query_string"]
        if status := fault(target, scope["headers"], self._limits):
            REQUESTS_REFUSED.labels(str(status)).inc()
            await refuse(scope, send, status)
        elif scope["type"] == "websocket":
            await self._socket(self._cleaned(scope), receive, send)
        else:
            await self._request(self._cleaned(scope), receive, send)

    def _cleaned(self, scope: Scope) -> Scope:
        """Return the scope as the outermost trusted proxy saw it.

        `root_path` is emptied: Daphne lets any client set it with a `Daphne-Root-Path` header.
        """
        headers = scope["headers"]
        host, port = scope.get("client") or ("", 0)
        address = client_address(host, headers, self._hops)
        default = "ws" if scope["type"] == "websocket" else "http"
        return {
            **scope,
            "client": (address, port if address == host else 0),
            "scheme": client_scheme(scope.get("scheme", default), headers, self._hops),
            "headers": without_twins(headers),
            "root_path": "",
        }

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.monotonic()
        answer = {"status": 0, "body_bytes": 0}

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer["status"] = message["status"]
            else:
                answer["body_bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            await self._application(scope, receive, noting)
        finally:
            request_ended(scope, seconds=time.monotonic() - began, **answer)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        reason = self._reason_to_refuse()
        if reason:
            HANDSHAKES_REFUSED.labels(reason).inc()
            await refuse(scope, send, 503, retry_seconds=_RETRY_SECONDS)
            return
        visit = _Visit(receive, send, self._handshakes)
        try:
            await self._application(scope, visit.receive, visit.send)
        finally:
            visit.end()
            socket_ended(scope, code=visit.code, seconds=visit.seconds())

    def _reason_to_refuse(self) -> str:
        if drain.is_draining():
            return "draining"
        return "busy" if self._handshakes.is_full() else ""


class _Visit:
    """One websocket as the gate sees it: asked, answered, open, ended."""

    def __init__(self, receive: Receive, send: Send, handshakes: Handshakes) -> None:
        self._receive = receive
        self._send = send
        self._handshakes = handshakes
        self._is_answered = False
        self._is_open = False
        self._began = time.monotonic()
        self.code = 0
        handshakes.begin()

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self.code = self.code or message.get("code") or 1005
        return message

    async def send(self, message: Message) -> None:
        if not self._is_answered and message["type"] in _ANSWERS:
            self._answer(is_open=message["type"] == "websocket.accept")
        if message["type"] == "websocket.close":
            self.code = self.code or message.get("code") or 1000
        await self._send(message)

    def _answer(self, *, is_open: bool) -> None:
        self._is_answered = True
        self._handshakes.end()
        self._is_open = is_open
        if is_open:
            SOCKETS_OPEN.inc()

    def end(self) -> None:
        if not self._is_answered:
            self._answer(is_open=False)
        if self._is_open:
            SOCKETS_OPEN.dec()
            SOCKETS_CLOSED.labels(str(self.code)).inc()

    def seconds(self) -> float:
        return time.monotonic() - self._began
