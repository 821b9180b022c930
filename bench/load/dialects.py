"""What is said to each kind of server, and how its frames are read."""

import re
from collections.abc import Iterator
from typing import Any, Protocol
from uuid import uuid4

import msgspec

STAMP = re.compile(rb'"t=(\d+\.\d+) ')  # each body begins with the time of sending
_encode = msgspec.json.encode
_decode = msgspec.json.decode

Headers = list[tuple[str, str]]
Place = tuple[str, int]  # a conversation, and the number of a change or message in it


class Dialect(Protocol):
    replies: re.Pattern[bytes]
    missed: re.Pattern[bytes]
    resume: str

    def operator(self, port: int) -> tuple[str, Headers]:
        """Return address and headers of an operator's socket."""

    def visitor(self, port: int, number: int) -> tuple[str, Headers]: ...

    def operator_hello(self) -> bytes: ...

    def visitor_hello(self, number: int, resume: str | None) -> bytes: ...

    def message(self, body: str) -> tuple[str, bytes]:
        """Return the key by which its reply is known, and the frame."""

    def events(self, payload: bytes) -> int:
        """Return how many events of the frame must be acknowledged."""

    def places(self, payload: bytes) -> Iterator[Place]: ...


class Ours:
    replies = re.compile(rb'"type":"ok","id":"([^"]*)".*?"seq": ?(\d+)', re.DOTALL)
    missed = re.compile(rb'"seq": ?(\d+)')

    def __init__(self, cast: dict[str, Any]) -> None:
        self._cast = cast
        self._tickets = iter(cast["tickets"])
        self.resume = cast["resume"]

    def operator(self, port: int) -> tuple[str, Headers]:
        cookie = ("Cookie", f"sobani_session={self._cast['session']}")
        return f"ws://127.0.0.1:{port}/ws/console", [_origin(port), cookie]

    def visitor(self, port: int, number: int) -> tuple[str, Headers]:
        return f"ws://127.0.0.1:{port}/ws/widget", [_origin(port)]

    def operator_hello(self) -> bytes:
        ticket = next(self._tickets)
        return _encode({"type": "hello", "protocol": 1, "ticket": ticket, "resume": None})

    def visitor_hello(self, number: int, resume: str | None) -> bytes:
        who = {"inbox": self._cast["inbox"], "token": self._cast["tokens"][number]}
        return _encode({"type": "hello", "protocol": 1, **who, "resume": resume})

    def message(self, body: str) -> tuple[str, bytes]:
        key = str(uuid4())
        return key, _encode({"type": "message.send", "id": key, "client_id": key, "body": body})

    def events(self, payload: bytes) -> int:
        return payload.count(b'"type":"event"')

    def places(self, payload: bytes) -> Iterator[Place]:
        for frame in _frames(payload):
            if frame["type"] == "event":
                yield frame["conversation_id"], frame["version"]


class Plain:
    replies = re.compile(rb'"t": ?"ack", ?"u": ?"([^"]*)".*?"seq": ?(\d+)', re.DOTALL)
    missed = re.compile(rb'"seq": ?(\d+)')
    resume = "0"

    def operator(self, port: int) -> tuple[str, Headers]:
        return f"ws://127.0.0.1:{port}/ws/operator", []

    def visitor(self, port: int, number: int) -> tuple[str, Headers]:
        return f"ws://127.0.0.1:{port}/ws/c/{number + 1}", []

    def operator_hello(self) -> bytes:
        return b""

    def visitor_hello(self, number: int, resume: str | None) -> bytes:
        if resume is None:
            return b""
        return _encode({"t": "resume", "token": f"token-{number + 1}", "after": int(resume)})

    def message(self, body: str) -> tuple[str, bytes]:
        key = str(uuid4())
        return key, _encode({"t": "send", "u": key, "b": body})

    def events(self, payload: bytes) -> int:
        return 0

    def places(self, payload: bytes) -> Iterator[Place]:
        for frame in _frames(payload):
            if frame["t"] == "msg":
                yield str(frame["c"]), frame["seq"]


def dialect_of(spec: dict[str, Any]) -> Dialect:
    return Ours(spec["cast"]) if spec["dialect"] == "ours" else Plain()


def _origin(port: int) -> tuple[str, str]:
    return "Origin", f"http://127.0.0.1:{port}"


def _frames(payload: bytes) -> list[dict[str, Any]]:
    decoded = _decode(payload)
    return decoded if isinstance(decoded, list) else [decoded]
