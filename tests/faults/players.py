"""Simulated people: they write, answer, take, resolve; lose their connection, return, try again."""

import asyncio
import random
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.faults.history import History, sha
from tests.flows.client import Client, Console, Visitor
from tests.flows.link import NoAnswer, NotLetIn, Refused

RETURN_SECONDS = 0.8  # full jitter up to this; production's is longer
TRY_AGAIN = (408, 429, 503)
LOST = (NoAnswer, NotLetIn, Refused, AssertionError)


class Player:
    """One person at one client. `come` is the life of the connection, `act` the work."""

    def __init__(self, client: Client, history: History, chance: random.Random) -> None:
        self.client = client
        self.history = history
        self.chance = chance
        self.is_stopping = False
        self.pause_seconds = (0.4, 1.4)
        client.note = history.note
        client.patience = 8
        client.keeps_frames = False
        history.note(op="joined", client=client.name)

    async def come(self) -> None:
        """Keep the connection, until cancelled."""
        while True:
            if not self.client.is_live:
                await asyncio.sleep(self.chance.uniform(0, RETURN_SECONDS))
                try:
                    await self.client.connect()
                except LOST:
                    await self.client.shut()
                    continue
            await asyncio.sleep(0.1)

    async def work(self) -> None:
        while not self.is_stopping:
            await asyncio.sleep(self.chance.uniform(*self.pause_seconds))
            if self.client.is_live:
                await self.act()

    async def act(self) -> None:
        raise NotImplementedError

    async def say(
        self, sender: str, body: str, send: Callable[[str], Any], client_id: str = ""
    ) -> None:
        """Send until it is acknowledged or refused, with the same `client_id` each time."""
        client_id = client_id or str(uuid4())
        about = {"client": self.client.name, "sender": sender, "client_id": client_id}
        self.history.note(op="send", phase="invoke", sha=sha(body), **about)
        while True:
            try:
                stored = await send(client_id)
            except NoAnswer:
                await asyncio.sleep(0.2)
            except Refused as refused:
                if refused.status not in TRY_AGAIN:
                    self.history.note(
                        op="send", phase="fail", code=refused.problem["code"], **about
                    )
                    return
                await asyncio.sleep(0.3)
            else:
                message = stored["message"]
                place = {"conv": message["conversation_id"], "seq": message["seq"]}
                self.history.note(op="send", phase="ok", sha=sha(message["body"]), **place, **about)
                return

    async def difference(self) -> str:
        """Return what is shown otherwise than it is fetched, '' for nothing."""
        raise NotImplementedError


class Guest(Player):
    """A visitor; with a second tab, each message is sent by both at once (a double click)."""

    client: Visitor
    tab: Visitor | None = None

    async def act(self) -> None:
        body = f"質問 {self.chance.randrange(10**9)}"
        if self.chance.random() < 0.05:
            body += "長" * 4_000  # more than a ring carries
        await self.say("customer", body, lambda client_id: self.send(body, client_id))

    async def send(self, body: str, client_id: str) -> Any:
        if self.tab is None or not self.tab.is_live:
            return await self.client.send(body, client_id)
        answers = await asyncio.gather(
            self.client.send(body, client_id),
            self.tab.send(body, client_id),
            return_exceptions=True,
        )
        for answer in answers:
            if isinstance(answer, dict):
                return answer
        raise answers[0]  # type: ignore[misc]  # there is no dict among them

    async def difference(self) -> str:
        history = await self.client.rest("GET", "/widget/v1/conversations")
        for row in history["conversations"]:
            known = self.client.sim.conversations.get(row["id"])
            if known != row:
                return f"conversation {known} is {row}"
        for row in history["messages"]:
            known = self.client.sim.messages.get(row["conversation_id"], {}).get(row["seq"])
            if known != row:
                return f"message {known} is {row}"
        return "" if self.client.is_whole() else "has holes"


class Agent(Player):
    """An operator: answers, notes, takes, labels, changes the state, turns to others."""

    client: Console
    label_ids: tuple[str, ...] = ()

    async def act(self) -> None:
        known = sorted(self.client.sim.conversations)
        if not known:
            return
        conversation_id = self.chance.choice(self.client.opened or known)
        own = (self.take, self.move, self.label, self.note, self.keep, self.read, self.turn)
        try:
            await self.chance.choice((self.answer, self.answer, *own))(conversation_id)
        except LOST:
            await asyncio.sleep(0.1)

    async def answer(self, id: str) -> None:
        body = f"回答 {self.chance.randrange(10**9)}"
        await self.say("operator", body, lambda client_id: self.client.send(id, body, client_id))

    async def take(self, id: str) -> None:
        own = self.client.operator["id"]
        await self.change("conversation.assign", id, assignee_id=own, team_id=None)

    async def move(self, id: str) -> None:
        status = self.chance.choice(("open", "pending", "snoozed", "resolved"))
        await self.change("conversation.set_status", id, status=status, snoozed_until=None)

    async def label(self, id: str) -> None:
        some = self.chance.sample(self.label_ids, self.chance.randrange(len(self.label_ids) + 1))
        await self.change("conversation.set_labels", id, label_ids=sorted(some))

    async def keep(self, id: str) -> None:
        """Write a note about the customer: consoles that have them open are told its marks."""
        customer_id = self.client.sim.conversations[id]["customer_id"]
        note = {"client_id": str(uuid4()), "body": "常連", "conversation_id": id}
        await self.client.post(f"customers/{customer_id}/notes", note)

    async def change(self, type: str, id: str, **values: Any) -> None:
        expected = self.client.sim.conversations[id]["version"]
        about = {"client": self.client.name, "conv": id, "expected": expected}
        try:
            answer = await self.client.ask(type, conversation_id=id, version=expected, **values)
        except Refused as refused:
            if refused.status != 409:
                raise
            current = refused.problem["current"]["version"]
            self.history.note(op="change", phase="conflict", current=current, **about)
        else:
            row = answer["conversation"]
            is_so = all(row[name] == value for name, value in values.items())
            # What is so already changes nothing; anything else makes the next version. Labels that
            # a colleague has put meanwhile are so, whatever version one has seen.
            is_seen = row["version"] == expected or type == "conversation.set_labels"
            phase = "same" if is_so and is_seen else "ok"
            self.history.note(op="change", phase=phase, version=row["version"], **about)

    async def note(self, id: str) -> None:
        await self.client.ask(
            "note.add", conversation_id=id, client_id=str(uuid4()), body="社内メモ"
        )

    async def read(self, id: str) -> None:
        seq = self.client.sim.conversations[id]["customer_seq"]
        await self.client.ask("conversation.read", conversation_id=id, seq=seq)

    async def turn(self, _: str) -> None:
        """Open another conversation instead."""
        for id in list(self.client.opened):
            await self.client.close_thread(id)
        await self.client.open(self.chance.choice(sorted(self.client.sim.conversations)))

    async def difference(self) -> str:
        for view in ("all", "snoozed", "resolved"):
            for row in await self.client.list_view(view):
                known = self.client.sim.conversations.get(row["id"])
                if known != row:
                    return f"conversation {known} is {row}"
        for id in self.client.opened:
            if found := self.differing_line(await self.client.get(f"conversations/{id}/thread")):
                return found
        return "" if self.client.is_whole() else "is syncing"

    def differing_line(self, fetched: dict[str, Any]) -> str:
        thread = self.client.sim.threads.get(fetched["conversation"]["id"])
        if thread is None or thread.version != fetched["version"]:
            return f"thread {thread and thread.version} is {fetched['version']}"
        for row in fetched["messages"] + fetched["notes"]:
            if (thread.messages.get(row["id"]) or thread.notes.get(row["id"])) != row:
                return f"line {row} is missing or other"
        marks = fetched["marks"]
        known = self.client.sim.marks.get(marks["customer_id"])
        return f"marks {known} are {marks}" if marks["version"] and known != marks else ""
