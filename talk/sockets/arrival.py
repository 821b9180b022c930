"""How a socket comes in: hello, `ready`, and what it has missed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from talk import live, metrics, protocol
from talk.errors import Problem
from talk.live import Live
from talk.outbox import Outbox
from talk.queries.log import is_watermark
from talk.sockets.closing import AUTH_NEEDED, DATABASE_AWAY, LATER, Refused
from talk.told import Told

HELLO_SECONDS = 5.0
Receive = Callable[[], Awaitable[dict[str, Any]]]
log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode


class Ready(Struct, tag="ready", tag_field="type", frozen=True):
    protocol: int
    epoch: str
    resume: str
    heartbeat_seconds: int
    resynced: bool


class Arriving(Protocol):
    """What `welcome` needs of a socket (`talk.sockets.socket.Socket`)."""

    live: Live
    outbox: Outbox
    resume: str | None

    async def admit(self, text: str) -> None: ...

    def attach(self, topics: list[str]) -> None: ...

    def topics_of_its_own(self) -> list[str]: ...

    async def confirm(self) -> None: ...

    async def missed(self, watermark: int) -> list[Told] | None: ...


async def welcome(socket: Arriving, receive: Receive) -> None:
    """Take the hello, attach, and answer `ready` with what was missed; raise `Refused`."""
    text = await _first_frame(receive)
    try:
        await socket.live.ready()
        await socket.admit(text)
        # Attached first, read second: what is committed in between is heard twice, not lost.
        socket.attach(socket.topics_of_its_own())
        await socket.confirm()
        await _catch_up(socket)
    except Problem as problem:
        raise Refused(AUTH_NEEDED) from problem
    except DATABASE_AWAY as error:
        log.warning("socket turned away: %s", type(error).__name__)
        raise Refused(LATER) from error


async def _first_frame(receive: Receive) -> str:
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            message = await receive()
    except TimeoutError:
        raise Refused(AUTH_NEEDED) from None
    if message["type"] != "websocket.receive" or not message.get("text"):
        raise Refused(AUTH_NEEDED)
    return str(message["text"])


async def _catch_up(socket: Arriving) -> None:
    """Answer `ready`, then what was missed.

    Its token never promises what comes after it: who is cut off in the middle of catching up
    begins again where they were.
    """
    token = f"{socket.live.epoch}.{socket.live.hub.watermark}"
    missed = await _missed_since(socket, socket.resume) if socket.resume else None
    if missed is not None and socket.resume is not None:
        token = socket.resume
    ready = Ready(
        protocol=protocol.VERSION,
        epoch=socket.live.epoch,
        resume=token,
        heartbeat_seconds=live.HEARTBEAT_SECONDS,
        resynced=missed is None,
    )
    socket.outbox.begin(_encode(ready).decode(), missed or [])


async def _missed_since(socket: Arriving, token: str) -> list[Told] | None:
    epoch, _, watermark = token.partition(".")
    if epoch != socket.live.epoch or not is_watermark(watermark):
        metrics.resyncs.labels("epoch").inc()
        return None
    missed = await socket.missed(int(watermark))
    if missed is not None and not socket.outbox.has_room_for(missed):
        missed = None  # closing it as slow would bring it back with the same token for ever
    if missed is None:
        metrics.resyncs.labels("too much").inc()
    return missed
