"""Recording what a change tells its listeners, and what a fetch says before and after.

Frames come from the log through a real hub, so they are what sockets would get.
"""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from config.vendor.install import machine_node, wheel_node
from talk import frames, queries
from talk.actions import messages
from talk.events import LOGGED_RING_JSON
from talk.hub import Hub
from talk.policy import Actor
from talk.told import Told
from tests.cast import Cast, Guest, actor
from tests.sim import ConsoleSim, WidgetSim

ROOT = Path(__file__).resolve().parents[2]
Change = dict[str, Any]


@dataclass(eq=False)
class Ear:
    """A listener of the hub that keeps what it hears, as a socket would be sent it."""

    topics: set[str] = field(default_factory=set)
    heard: list[Change] = field(default_factory=list)
    bearer: tuple[str, Any] = ("operator", None)
    veil: frozenset[str] = frozenset()

    def push_event(self, told: Told) -> None:
        self.heard.append(json.loads(told.text))

    def push_soft(self, text: str) -> None: ...

    def access_changed(self, session_hash: str, version: int) -> None: ...

    def revoke(self) -> None: ...

    def beat(self) -> None: ...


@dataclass
class Scene:
    """A guest's conversation that one console has open, one only lists, and a widget shows."""

    cast: Cast
    guest: Guest
    conversation_id: UUID

    @property
    def oto(self) -> Actor:
        return actor(self.cast.oto)

    @property
    def version(self) -> int:
        return queries.conversation_row(self.oto, self.conversation_id).version

    def record(self, act: Callable[[], object], *, since: int | None = None) -> "Recording":
        """Carry out `act`; return what each listener heard of it, in the order of the log.

        With `since` also of what stands in the log after that event.
        """
        newest = _newest_event() if since is None else since
        act()
        near, far, widget = Ear(), Ear(), Ear()
        hub = Hub()
        lists = ["consoles", f"inbox:{self.guest.inbox.id}"]
        hub.attach(near, [*lists, f"conversation:{self.conversation_id}"])
        hub.attach(far, lists)
        hub.attach(widget, [f"profile:{self.guest.visitor.profile_id}"])
        for text in _rings_after(newest):
            hub.deliver(frames.parse_ring(text))
        return Recording(near.heard, far.heard, widget.heard)

    def fetch_console(self, *, opened: bool) -> list[Change]:
        """What a console fetches when it comes in, with or without the conversation open."""
        rows = [
            row
            for view in ("all", "snoozed", "resolved")
            for row in queries.conversation_rows(self.oto, view=queries.View(view)).results
        ]
        changes = [
            {
                "kind": "directory.fetched",
                "operators": plain(queries.operators(self.oto)),
                "labels": plain(queries.labels(self.oto)),
                "inboxes": plain(queries.inboxes(self.oto)),
            },
            {"kind": "conversations.fetched", "conversations": plain(rows)},
        ]
        return [*changes, *self._fetch_thread()] if opened else changes

    def fetch_changes(self, version: int) -> Change:
        changes = queries.changes_after(self.oto, self.conversation_id, version)
        return {"kind": "changes.fetched", **plain(changes)}

    def fetch_widget(self) -> list[Change]:
        return [{"type": "history", **plain(queries.visitor_history(self.guest.visitor))}]

    def _fetch_thread(self) -> list[Change]:
        thread = plain(queries.thread(self.oto, self.conversation_id))
        attached = {
            "kind": "thread.attached",
            "conversation_id": str(self.conversation_id),
            "version": thread["version"],
            "context": thread["context"],
            "marks": thread["marks"],
        }
        return [{"kind": "thread.fetched", **thread}, attached]


@dataclass(frozen=True)
class Recording:
    near: list[Change]
    far: list[Change]
    widget: list[Change]


def begin(cast: Cast) -> Scene:
    guest = cast.guest()
    stored = messages.receive(guest.visitor, client_id=UUID(int=1), body="はじめまして")
    return Scene(cast, guest, stored.conversation.id)


def console_picture(changes: list[Change]) -> str:
    sim = ConsoleSim()
    for change in changes:
        sim.apply(change)
    return canonical(sim.snapshot())


def widget_picture(changes: list[Change]) -> str:
    sim = WidgetSim()
    for change in changes:
        sim.apply(change)
    return canonical(sim.snapshot())


def shown(picture: str) -> str:
    """Return the picture without what is kept of customers whom no conversation names any more."""
    kept: Change = json.loads(picture)
    if "contexts" in kept:
        known = {row["customer_id"] for row in kept["conversations"].values()}
        for name in ("contexts", "marks"):
            kept[name] = {id: row for id, row in kept[name].items() if id in known}
    return canonical(kept)


def replay(reducer: str, traces: list[list[Change]]) -> list[str]:
    """Return the pictures that the browser's own reducer gives, under node."""
    node, _ = machine_node() or wheel_node()
    given = [{"reducer": reducer, "changes": changes} for changes in traces]
    done = subprocess.run(
        [node, str(ROOT / "tests/js/replay.js")],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    pictures: list[str] = json.loads(done.stdout)
    return pictures


def canonical(picture: Change) -> str:
    """Return the JSON that `JSON.stringify` makes of the same picture."""
    return json.dumps(picture, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def plain(value: Any) -> Any:
    """Return rows as a client gets them: through JSON."""
    return json.loads(msgspec.json.encode(value))


def _newest_event() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM talk_event")
        return int(cursor.fetchone()[0])


def _rings_after(id: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {LOGGED_RING_JSON} FROM talk_event e WHERE e.id > %s ORDER BY e.id",  # noqa: S608
            [id],
        )
        return [text for (text,) in cursor.fetchall()]
