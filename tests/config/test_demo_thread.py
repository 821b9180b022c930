"""A thread of the demonstration equals what the live store and actions make of the same changes."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from config.demo.data.copying import CONVERSATION
from config.demo.data.staff import Colleague, Place, make_staff
from config.demo.data.thread import Thread
from customers.actions import create_visitor_profile
from talk.actions import conversations, messages, notes, visitors
from talk.models import Conversation, Delivery, Message, Note, Operator
from talk.policy import Actor, Visitor, actor_of_operator

pytestmark = pytest.mark.django_db
LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
SCRIPT: list[tuple[Any, ...]] = [
    ("customer", "まだ届きません"),
    ("customer", "注文はSB-1です"),
    ("read",),
    ("assign", 0),
    ("note", "倉庫に確認中"),
    ("operator", "お調べします"),
    ("customer_read",),
    ("label", "delivery"),
    ("status", "pending", None),
    ("customer", "お願いします"),
    ("status", "snoozed", LATER),
    ("customer", "まだですか"),
    ("assign", 1),
    ("operator", "x" * 200),
    ("status", "snoozed", None),
    ("status", "resolved", None),
    ("customer", "ありがとうございます"),
    ("read",),
    ("status", "resolved", None),
]


@pytest.fixture(autouse=True)
def state(settings: Any, tmp_path: Any) -> None:
    settings.STATE_DIR = tmp_path
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def place() -> Place:
    return make_staff()[0]


def test_both_say_the_same_after_every_change(place: Place) -> None:
    live, made = Live(place), Made(place)
    for change in SCRIPT:
        live.apply(*change)
        made.apply(*change)
        assert made.picture() == live.picture(), change


class Made:
    """The script played to the demonstration's thread."""

    def __init__(self, place: Place) -> None:
        self.colleagues = place.colleagues
        self.moments = moments()
        self.thread = Thread(place, uuid.uuid4(), uuid.uuid4(), next(self.moments))

    def apply(self, kind: str, *what: Any) -> None:
        thread, at, by = self.thread, next(self.moments), self.colleagues[0]
        match kind:
            case "customer":
                thread.customer_says(at, *what)
            case "operator":
                thread.operator_says(at, by, *what)
            case "note":
                thread.note(at, by, *what)
            case "assign":
                thread.assign(at, by, self.colleagues[what[0]])
            case "status":
                thread.set_status(at, by, *what)
            case "label":
                thread.label(at, by, thread.inbox.labels[what[0]])
            case "read":
                thread.operators_read()
            case "customer_read":
                thread.customer_reads()

    def picture(self) -> dict[str, Any]:
        thread = self.thread
        row = dict(zip(COLUMNS, thread.row(), strict=True))
        row["is_waiting"], row["is_resolved"] = bool(row["waiting_since"]), bool(row["resolved_at"])
        return {
            **{name: row[name] for name in COMPARED},
            "messages": [
                (one.seq, one.version, one.sender, one.operator_id, one.body) for one in thread.said
            ],
            "delivered": [row[0] for row in thread.delivery_rows()]
            == [one.id for one in thread.said if one.sender == "operator"],
            "notes": [
                (n.kind, n.operator_id, n.version, n.after_seq, n.body, n.data)
                for n in thread.noted
            ],
        }


class Live:
    """The same script played to the actions that sockets and REST call."""

    def __init__(self, place: Place) -> None:
        self.place = place
        profile = create_visitor_profile()
        self.visitor = Visitor(profile.id, profile.customer_id, place.id)
        self.id: UUID | None = None

    def apply(self, kind: str, *what: Any) -> None:
        if kind == "customer":
            stored = messages.receive(self.visitor, client_id=uuid.uuid4(), body=what[0])
            self.id = stored.conversation.id
            return
        assert self.id is not None
        actor, row = actor_of(self.place.colleagues[0]), Conversation.objects.get(id=self.id)
        match kind:
            case "operator":
                messages.send(actor, conversation_id=self.id, client_id=uuid.uuid4(), body=what[0])
            case "note":
                notes.add(actor, conversation_id=self.id, client_id=uuid.uuid4(), body=what[0])
            case "assign":
                conversations.assign(
                    actor,
                    conversation_id=self.id,
                    version=row.version,
                    assignee_id=self.place.colleagues[what[0]].id,
                    team_id=self.place.team_id,
                )
            case "status":
                status, until = what
                conversations.set_status(
                    actor,
                    conversation_id=self.id,
                    version=row.version,
                    status=status,
                    snoozed_until=until.isoformat() if until else None,
                )
            case "label":
                label_id, _ = self.place.labels[what[0]]
                conversations.set_labels(
                    actor,
                    conversation_id=self.id,
                    version=row.version,
                    label_ids=[*row.label_ids, label_id],
                )
            case "read":
                conversations.mark_read(actor, conversation_id=self.id, seq=row.last_seq)
            case "customer_read":
                visitors.mark_read(self.visitor, conversation_id=self.id, seq=row.last_seq)

    def picture(self) -> dict[str, Any]:
        assert self.id is not None
        row = Conversation.objects.get(id=self.id)
        said = list(Message.objects.filter(conversation=row).order_by("seq"))
        noted = Note.objects.filter(conversation=row).order_by("version")
        delivered = Delivery.objects.filter(message__conversation=row, state="accepted")
        values = {name: getattr(row, name) for name in COMPARED if not name.startswith("is_")}
        return {
            **values,
            "is_waiting": row.waiting_since is not None,
            "is_resolved": row.resolved_at is not None,
            "messages": [(m.seq, m.version, m.sender, m.operator_id, m.body) for m in said],
            "delivered": {d.message_id for d in delivered}
            == {m.id for m in said if m.sender == "operator"},
            "notes": [
                (n.kind, n.operator_id, n.version, n.after_seq, n.body, n.data) for n in noted
            ],
        }


COLUMNS = CONVERSATION[1].split()
COMPARED = [
    "status",
    "snoozed_until",
    "assignee_id",
    "team_id",
    "version",
    "visitor_version",
    "last_seq",
    "preview",
    "preview_sender",
    "customer_seq",
    "customer_read_seq",
    "operator_read_seq",
    "label_ids",
    "is_waiting",
    "is_resolved",
]


def actor_of(colleague: Colleague) -> Actor:
    return actor_of_operator(Operator.objects.get(id=colleague.id))


def moments() -> Iterator[datetime]:
    at = datetime.now(UTC)
    while True:
        yield at
        at += timedelta(minutes=1)
