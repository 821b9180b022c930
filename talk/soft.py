"""Soft news: typing, presence. Never stored, may be lost, gone when Valkey is gone.

Each process is one member of one channel-layer group; its hub hands the text on.
"""

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Any

from talk import vital
from talk.rings import LAYER_ERRORS, layer_in_use

if TYPE_CHECKING:
    from talk.hub import Hub

GROUP = "sobani.soft"
MOST_WAITING = 200
log = logging.getLogger(__name__)


class SoftNews:
    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._waiting: deque[tuple[list[str], str]] = deque(maxlen=MOST_WAITING)
        self._wake = asyncio.Event()

    def tell(self, topics: list[str], text: str) -> None:
        """Send to every socket of these topics in every process; drops the oldest under load."""
        self._waiting.append((topics, text))
        self._wake.set()

    async def listen(self) -> None:
        """Send and hear until cancelled; while the layer is away, only this process hears."""
        await asyncio.gather(self._send_for_ever(), self._hear_for_ever())

    async def _send_for_ever(self) -> None:
        while vital.goes_on():
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                topics, text = self._waiting.popleft()
                await self._send(topics, text)

    async def _send(self, topics: list[str], text: str) -> None:
        message: dict[str, Any] = {"type": "soft", "topics": topics, "text": text}
        try:
            async with asyncio.timeout(1):
                await layer_in_use().group_send(GROUP, message)
        except LAYER_ERRORS as error:
            log.info("soft news stays in this process: %s", type(error).__name__)
            self._hand_over(message)
        except Exception:
            log.exception("soft news was not sent")

    async def _hear_for_ever(self) -> None:
        while vital.goes_on():
            try:
                await self._hear()
            except LAYER_ERRORS as error:
                log.info("no soft news: %s", type(error).__name__)
            except Exception:
                log.exception("no soft news")
            if vital.goes_on():
                await asyncio.sleep(2)

    async def _hear(self) -> None:
        layer = layer_in_use()
        channel = await layer.new_channel()
        await layer.group_add(GROUP, channel)
        try:
            while True:
                self._hand_over(await layer.receive(channel))
        finally:
            await layer.group_discard(GROUP, channel)

    def _hand_over(self, message: dict[str, Any]) -> None:
        try:
            for topic in message["topics"]:
                self._hub.soft(topic, message["text"])
        except Exception:
            log.exception("soft news was not told")  # anybody who reaches Valkey can send some
