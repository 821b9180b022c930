"""One performance with LINE: people write from phones, operators answer, things break."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2

from config.embedded.places import redis_url
from config.embedded.server import tethered
from integrations.line.signature import sign
from tests.faults import line_checker
from tests.faults.estate import Estate
from tests.faults.line_checker import Answered, Seen
from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.phone import Phone
from tests.integrations.line.platform import Platform

SWEEP_SECONDS = 0.5
SAID = """
SELECT substr(h.chat_key, 6), m.body FROM talk_message m
JOIN talk_conversation c ON c.id = m.conversation_id
JOIN line_linechat h ON h.profile_id = c.profile_id
WHERE c.inbox_id = %s AND m.sender = 'customer' ORDER BY m.created_at, m.seq
"""
ANSWERED = """
SELECT substr(h.chat_key, 6), m.body, d.state, d.reason FROM talk_delivery d
JOIN talk_message m ON m.id = d.message_id JOIN talk_conversation c ON c.id = m.conversation_id
JOIN line_linechat h ON h.profile_id = c.profile_id WHERE c.inbox_id = %s ORDER BY m.seq
"""
STATES = "SELECT state, count(*) FROM line_lineevent WHERE channel_id = %s GROUP BY state"
# As if the time until the next try had passed: what may go wrong then does so at once.
LET_WAITS_END = "UPDATE talk_delivery SET due_at = now() WHERE state = 'queued' AND due_at > now()"
Act = Callable[["LinePlay"], Awaitable[Any]]


@dataclass
class LinePlay:
    """`mutant` is the worker's. The web is the estate's, and open; the platform is another one."""

    estate: Estate
    mutant: str = ""
    settle_seconds: float = 40.0
    said: dict[str, tuple[str, str]] = field(default_factory=dict)
    """User and words by the id of the event."""

    async def run(self, act: Act) -> dict[str, list[str]]:
        """Let them talk while `act` breaks things; return what is wrong, by check."""
        with Platform() as platform:
            self.account: OfficialAccount = platform.account()
            self._base = platform.base
            self._hand = asyncio.Lock()
            await self._connect()
            self.start_worker()
            beat = asyncio.create_task(self._beat())
            try:
                await act(self)
                await self._settle()
            finally:
                beat.cancel()
                self.kill_worker()
            return line_checker.verdict(await asyncio.to_thread(self.seen))

    async def do(self, task: str, **values: Any) -> Any:
        """The hand answers one after the other."""
        async with self._hand:
            return await asyncio.to_thread(self.estate.hand.do, task, **values)

    async def say(self, phone: Phone, words: str) -> None:
        told = await asyncio.to_thread(phone.say, words)
        self.said[told.event_id] = (phone.user_id, words)

    async def repeat(self, body: str) -> None:
        """Post a webhook once more, as LINE's network may."""
        raw = body.encode()
        signed = {"x-line-signature": sign(self.account.secret, raw)}
        await asyncio.to_thread(httpx2.post, self.url, content=raw, headers=signed, timeout=20)

    async def answer(self, phone: Phone, words: str) -> None:
        key = f"user:{phone.user_id}"
        about = {"cast": self._cast, "inbox": self.inbox_id, "chat_key": key}
        await self.do("line.answer", **about, body=words)

    async def until_handled(self) -> None:
        """Wait until all that has got its 200 is handled."""
        limit = asyncio.get_running_loop().time() + self.settle_seconds
        while asyncio.get_running_loop().time() < limit:
            if not await asyncio.to_thread(self.count, "pending"):
                return
            await asyncio.sleep(0.1)

    def phones(self, count: int) -> list[Phone]:
        made = [self.account.phone(f"客{number}") for number in range(count)]
        self._phones += made
        return made

    def count(self, *states: str) -> int:
        rows = dict(self.estate.query(STATES, self.inbox_id))
        return sum(int(rows.get(state, 0)) for state in states)

    def start_worker(self) -> None:
        own = {"LINE_API_BASE": self._base, "LINE_DATA_BASE": self._base}
        past = {"DATABASE_URL": self.estate.database, "REDIS_URL": redis_url(self.estate.folder)}
        told = {"STATE_DIR": str(self.estate.folder), "LOG_FORMAT": "json"}
        with (self.estate.folder / "worker.log").open("ab") as output:
            self.worker = subprocess.Popen(
                tethered([sys.executable, "-m", "tests.faults.worker"], signal.SIGKILL),
                env={**os.environ, **told, **past, **own, "TEST_MUTANT": self.mutant},
                stdout=output,
                stderr=output,
            )

    def kill_worker(self) -> None:
        self.worker.kill()
        self.worker.wait()

    def seen(self) -> Seen:
        told, stored = defaultdict(list), defaultdict(list)
        heard = [each for each in self.account.deliveries() if each["status"] == 200]
        ids = {id for each in heard for id in each["event_ids"]}
        for id, (user, words) in self.said.items():
            if id in ids:
                told[user].append(words)
        for user, words in self.estate.query(SAID, self.inbox_id):
            stored[user].append(words)
        answers = [Answered(*row) for row in self.estate.query(ANSWERED, self.inbox_id)]
        shown = {each.user_id: each.texts() for each in self._phones}
        return Seen(told, stored, self.count("pending"), answers, shown)

    async def _connect(self) -> None:
        self._phones: list[Phone] = []
        row = await asyncio.to_thread(lambda: self.account.row)
        known = {name: row[name] for name in ("channel_id", "secret", "bot_user_id")}
        self._cast = await self.do("cast")
        inbox = await self.do("line.connect", cast=self._cast, account=known)
        self.inbox_id = inbox["id"]
        self.url = f"{self.estate.webs.origin}/integrations/line/{inbox['public_id']}/webhook"
        webhook = {"url": self.url, "redelivers": True, "redelivery_seconds": [0.5, 1, 2, 4, 8]}
        await asyncio.to_thread(self.account.turn, webhook=webhook)

    async def _beat(self) -> None:
        """Ask for the sweepers, as beat does, only oftener."""
        while True:
            await self.do("line.ring")
            await asyncio.sleep(SWEEP_SECONDS)

    async def _settle(self) -> None:
        """Wait until nothing is on its way any more, or it takes too long."""
        limit = asyncio.get_running_loop().time() + self.settle_seconds
        while asyncio.get_running_loop().time() < limit:
            if await asyncio.to_thread(self._is_quiet):
                return
            await asyncio.to_thread(self.estate.query, LET_WAITS_END)
            await asyncio.sleep(0.2)

    def _is_quiet(self) -> bool:
        heard = [each for each in self.account.deliveries() if each["status"] == 200]
        ids = {id for each in heard for id in each["event_ids"]}
        states = {row[2] for row in self.estate.query(ANSWERED, self.inbox_id)}
        is_told = self.said.keys() <= ids
        return is_told and not self.count("pending") and not states & {"queued", "sending"}
