"""The few words of HTTP that the simulator needs: a request, an answer, a refusal."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec

# ASGI's own dictionaries: their shape is the specification's, not ours.
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
CUT_BYTES = 100
"""So many more are announced than come, when a connection is given up."""


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    """By their names in small letters."""
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return the body's object; raises `Refused` with 400 for anything else."""
        try:
            found = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Refused(400, "The request body could not be parsed as JSON") from None
        if not isinstance(found, dict):
            raise Refused(400, "The request body could not be parsed as JSON")
        return found

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))

    @property
    def cookies(self) -> dict[str, str]:
        pairs = (pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";"))
        return {name: value for name, _, value in pairs}


@dataclass
class Answer:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    stream: AsyncIterator[bytes] | None = None
    """Instead of the body: what comes piece by piece until the client leaves."""
    is_cut: bool = False
    """The connection is given up in the middle of the body."""


class Refused(Exception):  # what the platform does
    """The platform refuses a request; the text is its message."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.content = {"message": message, **more}


def answer_json(content: object, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, {"content-type": "application/json", **named})


async def read(scope: Scope, receive: Receive) -> Request:
    """Return the whole request."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
    }
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    return Request(scope["method"], scope["path"], query, headers, bytes(body))


async def write(answer: Answer, receive: Receive, send: Send) -> None:
    named = {"content-type": "application/json", **answer.headers}
    if answer.stream is None:
        named["content-length"] = str(len(answer.body) + (CUT_BYTES if answer.is_cut else 0))
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in named.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if answer.stream is not None:
        await _stream(answer.stream, receive, send)
    elif not answer.is_cut:
        await send({"type": "http.response.body", "body": answer.body})


async def _stream(pieces: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
    """Send piece after piece until the client leaves."""
    sending = asyncio.create_task(_send_all(pieces, send))
    leaving = asyncio.create_task(_until_left(receive))
    try:
        await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sending, leaving):
            task.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)


async def _send_all(pieces: AsyncIterator[bytes], send: Send) -> None:
    async for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _until_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
