"""An operator who answers somebody in LINE, with everything in between running."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.flows.client import Console
from tests.integrations.line import oracle
from tests.integrations.line.official import Official
from tests.integrations.line.phone import Phone, Said

Row = dict[str, Any]
FINAL = {"accepted", "failed", "unknown"}
PATIENCE = 40.0


class Desk:
    """Usage: `await desk.hear("…")`, then `await desk.answer("…")` returns how it ended."""

    def __init__(self, official: Official, console: Console) -> None:
        self.official, self.console = official, console
        self.account = official.account
        self.phone: Phone = self.account.phone()
        self.conversation_id = ""

    async def hear(self, text: str = "パスワードを忘れました") -> Said:
        """Let them say something; open what comes of it."""
        told = self.phone.say(text)
        self.official.settle()
        known = self.official.messages
        if not self.conversation_id:
            self.conversation_id = known[-1]["conversation"]
            await self.console.open(self.conversation_id)
        await self.console.until(lambda: self.seq == len(known), "all of it")
        return told

    @property
    def seq(self) -> int:
        return int(self.console.sim.conversations[self.conversation_id]["last_seq"])

    async def send(self, body: str = "", **more: Any) -> str:
        stored = await self.console.post(
            f"conversations/{self.conversation_id}/messages",
            {"client_id": client_id(), "body": body, **more},
        )
        return str(stored["message"]["id"])

    async def command(self, name: str, **more: Any) -> Row:
        return await self.console.ask(name, conversation_id=self.conversation_id, **more)

    async def answer(self, body: str = "", **more: Any) -> tuple[str, str]:
        return await self.end_of(await self.send(body, **more))

    async def end_of(self, message_id: str) -> tuple[str, str]:
        """Return how the answer ended, as the operator sees it."""
        await self.console.until(
            lambda: self.state(message_id)[0] in FINAL, "the end of a delivery", PATIENCE
        )
        return self.state(message_id)

    async def eventually(self, find: Callable[[], Any]) -> Any:
        """Wait for what nobody tells us of; return it."""
        for _ in range(400):
            if found := find():
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"{find} did not come")

    def state(self, message_id: str) -> tuple[str, str]:
        delivery = self._delivery(message_id)
        return delivery.get("state", ""), delivery.get("reason", "")

    def _delivery(self, message_id: str) -> Row:
        thread = self.console.sim.threads.get(self.conversation_id)
        row = thread.messages.get(message_id) if thread else None
        return (row or {}).get("delivery") or {}

    def check_schema(self) -> None:
        """Every body that was sent is one that LINE's schema allows."""
        for body in self.account.replies():
            oracle.check_reply(body)
        for body in self.account.pushes():
            oracle.check_push(body)


def client_id() -> str:
    return str(uuid4())
