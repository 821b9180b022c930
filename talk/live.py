"""The live side of one process: its hub, the ring it hears, the healing, the heartbeats.

`start` is called once by the server (or by the first socket), `stop` at the end.
"""

import asyncio
import logging
from collections import deque
from contextlib import suppress

import msgspec
import psycopg
from django.conf import settings
from psycopg_pool import PoolTimeout

from talk import arrivals, database, frames, logged, metrics, revocation, rings, soft, vital
from talk.frames import Ring
from talk.group_commit import GroupCommit
from talk.guessers import Guessers
from talk.headcount import Headcount
from talk.hub import Hub, Listener
from talk.turn import Turn
from talk.wire import Wires

HEAL_SECONDS = 2.0
HEARTBEAT_SECONDS = 20
RECHECK_SECONDS = 60.0
END_SECONDS = 2.0
MOST_HEALED_AT_ONCE = 2_000
UNREACHABLE = (psycopg.Error, PoolTimeout, OSError)  # the database, for a while
log = logging.getLogger(__name__)


class Live:
    """All that lives as long as the event loop. Reached through `live()`."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.turn = Turn()
        self.store = GroupCommit()
        self.arrivals = Wires(*arrivals.PREPARE, most=2)
        self.addresses = Headcount(settings.SOCKETS_PER_ADDRESS)
        self.visitors = Headcount(settings.SOCKETS_PER_VISITOR)
        self.guessers = Guessers()
        self.epoch = ""
        self.soft = soft.SoftNews(self.hub)
        self._waiting: deque[Ring] = deque()
        self._mending: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._heal_now = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def ready(self, seconds: float = 4.0) -> None:
        """Wait until the log can be read; raise `TimeoutError` while the database is away."""
        if self._ready.is_set():
            return
        async with asyncio.timeout(seconds):
            await self._ready.wait()

    @property
    def is_ready(self) -> bool:
        return self._ready.is_set()

    def begin(self) -> None:
        runners = {
            "the ring": rings.listen(self),
            "the healing": self._heal_for_ever(),
            "the heartbeat": self._beat_for_ever(),
            "the look at access": self._recheck_for_ever(),
            "soft news": self.soft.listen(),
        }
        self._tasks = [vital.start(name, runner) for name, runner in runners.items()]

    async def end(self) -> None:
        await self.store.close()
        self.arrivals.close()
        for task in self._tasks:
            task.cancel()
        # What a driver does about its cancellation (it asks the server to cancel the statement, it
        # unsubscribes) may take long while that server is away.
        await asyncio.wait(self._tasks, timeout=END_SECONDS)
        await database.close()

    def hear(self, text: str) -> None:
        """Deliver a ring; one that came without its rows holds back those behind it."""
        try:
            ring = frames.parse_ring(text)
        except (msgspec.DecodeError, TypeError):
            log.warning("a ring that is none of ours")  # whoever reaches the database can NOTIFY
            return
        if ring.rows is not None and not self._waiting:
            self.hub.deliver(ring)
            return
        self._waiting.append(ring)
        if self._mending is None or self._mending.done():
            self._mending = asyncio.create_task(self._fetch_rows())

    def after_silence(self) -> None:
        self._heal_now.set()

    async def _fetch_rows(self) -> None:
        try:
            while self._waiting:
                ring = self._waiting[0]
                whole = [ring] if ring.rows is not None else await logged.event(ring.id)
                self._waiting.popleft()
                for each in whole:
                    self.hub.deliver(each)
        except UNREACHABLE:
            self._waiting.clear()  # the healing will find them
        except Exception:
            log.exception("rings that waited for their rows are left to the healing")
            self._waiting.clear()

    async def _beat_for_ever(self) -> None:
        """Give each socket its heartbeat every 20 s, a twentieth of them each second."""
        slot = 0
        while vital.goes_on():
            await asyncio.sleep(1)
            slot = (slot + 1) % HEARTBEAT_SECONDS
            for listener in self.hub.listeners:
                if id(listener) // 64 % HEARTBEAT_SECONDS == slot:
                    _beat(listener)

    async def _recheck_for_ever(self) -> None:
        """Close what an `access.changed` should have closed, should it ever get lost."""
        while vital.goes_on():
            await asyncio.sleep(RECHECK_SECONDS)
            try:
                await revocation.recheck(self.hub)
            except UNREACHABLE as error:
                log.warning("access cannot be checked: %s", type(error).__name__)
            except Exception:
                log.exception("access was not checked")

    async def _heal_for_ever(self) -> None:
        while vital.goes_on():
            try:
                await self._heal_or_mend()
            except Exception:
                log.exception("the log was not read")
            self._heal_now.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(HEAL_SECONDS):
                    await self._heal_now.wait()

    async def _heal_or_mend(self) -> None:
        try:
            await self._heal()
        except UNREACHABLE as error:
            log.warning("the log cannot be read: %s", type(error).__name__)
            with suppress(*UNREACHABLE):
                await database.mend()

    async def _heal(self) -> None:
        if not self._ready.is_set():
            self.epoch, self.hub.watermark = await logged.position()
            self._ready.set()
        most = MOST_HEALED_AT_ONCE
        while True:
            safe, count = await logged.count_since(self.hub.watermark)
            if count == self.hub.seen_below(safe):
                return self.hub.advance(safe)
            missed = await logged.between(self.hub.watermark, safe, most)
            healed = sum(self.hub.deliver(ring) for ring in missed)
            metrics.healed_events.inc(healed)
            if len(missed) < most:
                return self.hub.advance(safe)
            self.hub.advance(missed[-1].xid)
            most *= 2  # a single transaction may have written more than that


_lives: dict[asyncio.AbstractEventLoop, Live] = {}


def live() -> Live:
    """Return what lives on this event loop, begun at the first call."""
    loop = asyncio.get_running_loop()
    if loop not in _lives:
        _lives[loop] = Live()
        _lives[loop].begin()
    return _lives[loop]


async def start() -> None:
    live()


async def stop() -> None:
    own = _lives.pop(asyncio.get_running_loop(), None)
    if own is not None:
        await own.end()


def _beat(listener: Listener) -> None:
    try:
        listener.beat()
    except Exception:
        log.exception("a socket had no heartbeat")
