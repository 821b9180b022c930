"""Seeded bugs: each is a mistake that somebody could make, and a named check must notice it.

The functions are put into a web process of the harness (`tests.faults.web`); production code knows
nothing of them. Clients with a mistake are in `mistaken`.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from channels.db import database_sync_to_async
from django.db import transaction
from django.db.models import F

from talk import events, frames, group_commit, live, logged, queries, rings, store
from talk.actions import conversations
from talk.errors import Conflict
from talk.events import LOGGED_RING_JSON
from talk.models import Conversation


def publish_before_commit() -> None:
    """m1: the news is out while the transaction may still fail. Needs RING=layer."""

    def publish_at_once(texts: list[str]) -> None:
        if texts:
            rings.publish_from_thread(texts)

    def write(messages: list[store.NewMessage]) -> list[store.Stored]:
        with transaction.atomic():
            stored = store.write(messages)
            time.sleep(0.1)
        return stored

    async def write_in_thread(_: Any, messages: list[store.NewMessage]) -> list[store.Stored]:
        return list(await database_sync_to_async(write, thread_sensitive=False)(messages))

    put_in_place(events, "publish_on_commit", publish_at_once)
    put_in_place(group_commit.GroupCommit, "_write", write_in_thread)


def resume_by_serial() -> None:
    """m2: what is new is asked for by `id > last`, and late commits are passed over."""

    async def listen(_: rings.Listener) -> None:
        await asyncio.Event().wait()

    async def heal(self: Any) -> None:
        if not self.is_ready:
            self.epoch, _ = await logged.position()
            self.last = (await logged.fetch("SELECT coalesce(max(id), 0) FROM talk_event", {}))[0][
                0
            ]
            self._ready.set()
        rows = await logged.fetch(
            f"SELECT {LOGGED_RING_JSON} FROM talk_event e"  # noqa: S608
            " WHERE e.id > %(last)s ORDER BY e.id",
            {"last": self.last},
        )
        for (text,) in rows:
            ring = frames.parse_ring(text)
            self.hub.deliver(ring)
            self.last = ring.id

    put_in_place(rings, "listen", listen)
    put_in_place(live.Live, "_heal", heal)
    put_in_place(live, "HEAL_SECONDS", 0.1)


def read_then_save() -> None:
    """m8: the version is compared in Python, and then the row is saved whatever it is by now."""

    def change(actor: Any, before: Any, version: int, **values: Any) -> None:
        found = Conversation.objects.get(id=before.id)
        if found.version != version:
            raise Conflict(current=queries.conversation_row(actor, before.id))
        time.sleep(0.05)
        Conversation.objects.filter(id=before.id).update(version=F("version") + 1, **values)

    put_in_place(conversations, "_change", change)


def answer_by_itself() -> None:
    """c2: what a customer writes is answered with words that nobody wrote."""
    submit = group_commit.GroupCommit.submit

    def submit_and_answer(self: Any, message: store.NewMessage) -> "asyncio.Future[store.Stored]":
        future = submit(self, message)
        if message.sender == "customer":
            own = {"sender": "bot", "client_id": uuid4(), "body": "お待ちください"}
            submit(self, store.NewMessage(conversation_id=message.conversation_id, **own))
        return future

    put_in_place(group_commit.GroupCommit, "submit", submit_and_answer)


def forget_an_event() -> None:
    """c3: a note gives its conversation the next version, and the log is not told."""
    append = events.append

    def append_most(kind: str, **about: Any) -> None:
        if kind != "note.created":
            append(kind, **about)

    put_in_place(events, "append", append_most)


WEB_MUTANTS: dict[str, Callable[[], None]] = {
    "m1": publish_before_commit,
    "m2": resume_by_serial,
    "m8": read_then_save,
    "c2": answer_by_itself,
    "c3": forget_an_event,
}


def put_in_place(place: Any, name: str, value: Any) -> None:
    """Replace what is there; a name that is gone means that the mutant has lost its place."""
    assert hasattr(place, name), f"{place} has no {name} any more"
    setattr(place, name, value)
