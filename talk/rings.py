"""How durable news crosses processes. The log is the truth; a ring only saves the wait.

`notify` rings through PostgreSQL inside the transaction: the ring cannot be lost between commit
and publish, and the order on the wire is the order of commits. `layer` (one member of the channel
layer a process) and `local` (one process) publish after the commit instead; what they lose or
reorder, the hub's healing and the versions in the rows repair.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Protocol

import psycopg
from asgiref.sync import async_to_sync
from channels.layers import BaseChannelLayer, get_channel_layer
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from redis.exceptions import RedisError

from talk import vital
from talk.wire import Wire

CHANNEL = "sobani"
LAYER_GROUP = "sobani.ring"
MOST_TEXTS_A_MESSAGE = 64
SHORTEST_SECONDS, LONGEST_SECONDS = 0.1, 2.0  # until a lost connection is made again
SEND_SECONDS = 1.0
LAYER_ERRORS = (RedisError, OSError, TimeoutError)
log = logging.getLogger(__name__)


class Listener(Protocol):
    def hear(self, text: str) -> None:
        """Take one ring, in the order of the wire."""

    def after_silence(self) -> None:
        """Rings may have been missed: read the log."""


async def listen(listener: Listener) -> None:
    """Hear rings until cancelled; a lost connection is made again within two seconds."""
    global _local
    if settings.RING == "local":
        _local = (asyncio.get_running_loop(), listener.hear)
        listener.after_silence()
        await asyncio.Event().wait()
    once = _listen_notify if settings.RING == "notify" else _listen_layer
    delay = SHORTEST_SECONDS
    while vital.goes_on():
        began = time.monotonic()
        try:
            await once(listener)
        except (psycopg.Error, OSError) as error:
            log.warning("ring lost: %s", type(error).__name__)
        except Exception:
            log.exception("ring lost")
        was_heard = time.monotonic() - began > LONGEST_SECONDS
        delay = SHORTEST_SECONDS if was_heard else min(delay * 2, LONGEST_SECONDS)
        if vital.goes_on():
            await asyncio.sleep(delay)


async def publish(texts: list[str]) -> None:
    """Ring for what has just been committed (NOTIFY has rung already)."""
    if settings.RING == "local" and _local is not None:
        for text in texts:
            _local[1](text)
    elif settings.RING == "layer":
        for start in range(0, len(texts), MOST_TEXTS_A_MESSAGE):
            part = texts[start : start + MOST_TEXTS_A_MESSAGE]
            await _send_to_layer(part)


def publish_from_thread(texts: list[str]) -> None:
    """Do the same from ordinary Django code."""
    if settings.RING == "layer":
        async_to_sync(publish)(texts)
    elif _local is not None:
        loop, hear = _local
        for text in texts:
            loop.call_soon_threadsafe(hear, text)


_local: tuple[asyncio.AbstractEventLoop, Callable[[str], None]] | None = None


async def _listen_notify(listener: Listener) -> None:
    wire = await Wire.open(f"LISTEN {CHANNEL}", hear=listener.hear)
    try:
        listener.after_silence()
        # Shielded: a cancelled `lost` would count as lost, and the wire would stay open.
        await asyncio.shield(wire.lost)
    finally:
        wire.close()


async def _listen_layer(listener: Listener) -> None:
    layer = layer_in_use()
    channel = await layer.new_channel()
    try:
        await layer.group_add(LAYER_GROUP, channel)
        listener.after_silence()
        while True:
            for text in (await layer.receive(channel))["texts"]:
                listener.hear(text)
    except LAYER_ERRORS as error:
        log.warning("channel layer lost: %s", type(error).__name__)


def layer_in_use() -> BaseChannelLayer:
    """Return the channel layer; settings without one are a mistake that must not pass silently."""
    layer = get_channel_layer()
    if layer is None:
        raise ImproperlyConfigured("CHANNEL_LAYERS has no default layer")
    return layer


async def _send_to_layer(texts: list[str]) -> None:
    try:
        # Not for ever: what is committed waits here for its acknowledgement.
        async with asyncio.timeout(SEND_SECONDS):
            await layer_in_use().group_send(LAYER_GROUP, {"type": "ring", "texts": texts})
    except LAYER_ERRORS as error:
        log.warning("ring not sent: %s", type(error).__name__)
