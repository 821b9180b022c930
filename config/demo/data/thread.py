"""One conversation in memory, moved on exactly as the live store and the actions would.

Each method is one change: it adds one to `version`, and what it writes carries that version, so
`tests/config/test_demo.py` can play the same changes to both and compare the rows.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from msgspec import to_builtins

from config.demo.data.files import DemoFile
from config.demo.data.ids import uuid7_at
from config.demo.data.staff import Colleague, Place
from talk.actions.messages import attachment_row
from talk.models import Attachment


@dataclass(slots=True)
class Said:
    """A row of talk_message; an operator's has a delivery besides."""

    id: UUID
    seq: int
    version: int
    sender: str
    operator_id: UUID | None
    client_id: UUID
    body: str
    at: datetime
    attachment: Attachment | None = None

    @property
    def data(self) -> str:
        """Return what the live store keeps beside the words."""
        if self.attachment is None:
            return "{}"
        return json.dumps({"attachments": [to_builtins(attachment_row(self.attachment))]})


@dataclass(slots=True)
class Noted:
    """A row of talk_note: words of an operator, or a line of the system with its data."""

    id: UUID
    kind: str
    operator_id: UUID | None
    client_id: UUID
    version: int
    after_seq: int
    body: str
    data: dict[str, Any]
    at: datetime


@dataclass(slots=True)
class Thread:
    inbox: Place
    customer_id: UUID
    profile_id: UUID
    created_at: datetime
    id: UUID = field(init=False)
    status: str = "open"
    snoozed_until: datetime | None = None
    assignee: Colleague | None = None
    team_id: UUID | None = None
    label_ids: list[UUID] = field(default_factory=list)
    version: int = 1
    visitor_version: int = 1
    customer_seq: int = 0
    customer_read_seq: int = 0
    operator_read_seq: int = 0
    waiting_since: datetime | None = None
    resolved_at: datetime | None = None
    said: list[Said] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.id = uuid7_at(self.created_at)

    @property
    def last_seq(self) -> int:
        return len(self.said)

    def customer_says(self, at: datetime, body: str, file: DemoFile | None = None) -> None:
        self._say(at, "customer", None, body, file)
        self.status, self.snoozed_until, self.resolved_at = "open", None, None
        self.waiting_since = self.waiting_since or at
        self.customer_seq = self.customer_read_seq = self.last_seq

    def operator_says(
        self, at: datetime, operator: Colleague, body: str, file: DemoFile | None = None
    ) -> None:
        self._say(at, "operator", operator.id, body, file)
        self.waiting_since = None
        self.operator_read_seq = self.last_seq

    def operators_read(self) -> None:
        if self.operator_read_seq < self.last_seq:
            self._step()
            self.operator_read_seq = self.last_seq

    def customer_reads(self) -> None:
        if self.customer_read_seq < self.last_seq:
            self._step()
            self.customer_read_seq = self.last_seq

    def note(self, at: datetime, operator: Colleague, body: str) -> None:
        self._step(is_seen=False)
        self._write_note(at, "note", operator, body, {})

    def assign(self, at: datetime, by: Colleague, to: Colleague | None) -> None:
        self._step(is_seen=False)
        self.assignee = to
        self.team_id = self.inbox.team_id
        data = {
            "code": "assigned",
            "assignee_id": str(to.id) if to else None,
            "assignee_name": to.name if to else "",
            "team_id": str(self.team_id),
            "team_name": self.inbox.team_name,
        }
        self._write_note(at, "system", by, "", data)

    def label(self, at: datetime, by: Colleague, label: tuple[UUID, str]) -> None:
        self._step(is_seen=False)
        label_id, name = label
        self.label_ids = sorted([*self.label_ids, label_id])
        self._write_note(at, "system", by, "", {"code": "labels", "added": [name], "removed": []})

    def set_status(
        self, at: datetime, by: Colleague, status: str, until: datetime | None = None
    ) -> None:
        self._step(is_seen=status != self.status)
        data = {
            "code": "status",
            "from": self.status,
            "to": status,
            "snoozed_until": until.isoformat() if until else None,
        }
        self.status, self.snoozed_until = status, until
        self.resolved_at = at if status == "resolved" else None
        if status == "resolved":
            self.waiting_since = None
        self._write_note(at, "system", by, "", data)

    def _step(self, *, is_seen: bool = True) -> None:
        """`is_seen`: the customer is told of it too."""
        self.version += 1
        self.visitor_version += is_seen

    def _say(
        self,
        at: datetime,
        sender: str,
        operator_id: UUID | None,
        body: str,
        file: DemoFile | None,
    ) -> None:
        self._step()
        message_id = uuid7_at(at)
        self.said.append(
            Said(
                id=message_id,
                seq=self.last_seq + 1,
                version=self.version,
                sender=sender,
                operator_id=operator_id,
                client_id=uuid4(),
                body=body,
                at=at,
                attachment=self._attachment(at, message_id, operator_id, file) if file else None,
            )
        )

    def _attachment(
        self, at: datetime, message_id: UUID, operator_id: UUID | None, file: DemoFile
    ) -> Attachment:
        return Attachment(
            id=uuid7_at(at),
            inbox_id=self.inbox.id,
            profile_id=None if operator_id else self.profile_id,
            operator_id=operator_id,
            message_id=message_id,
            file=ContentFile(file.content, name=file.name),
            name=file.name,
            media_type=file.media_type,
            size=len(file.content),
            width=file.width,
            height=file.height,
            created_at=at,
        )

    def _write_note(
        self, at: datetime, kind: str, operator: Colleague, body: str, data: dict[str, Any]
    ) -> None:
        self.noted.append(
            Noted(
                id=uuid7_at(at),
                kind=kind,
                operator_id=operator.id,
                client_id=uuid4(),
                version=self.version,
                after_seq=self.last_seq,
                body=body,
                data=data,
                at=at,
            )
        )

    def row(self) -> tuple[Any, ...]:
        """Return the columns of `copying.CONVERSATION`."""
        last = self.said[-1]
        return (
            self.id,
            self.inbox.id,
            self.customer_id,
            self.profile_id,
            self.status,
            self.snoozed_until,
            self.assignee.id if self.assignee else None,
            self.team_id,
            self.version,
            self.visitor_version,
            self.last_seq,
            last.body[:160],
            last.sender,
            last.at,
            self.waiting_since,
            self.customer_seq,
            self.customer_read_seq,
            self.operator_read_seq,
            self.resolved_at,
            self.label_ids,
            self.created_at,
        )

    def message_rows(self) -> list[tuple[Any, ...]]:
        return [
            (
                m.id,
                self.id,
                m.seq,
                m.version,
                m.sender,
                m.operator_id,
                m.client_id,
                m.body,
                m.data,
                m.at,
            )
            for m in self.said
        ]

    def attachments(self) -> list[Attachment]:
        """Return the rows of what was sent; their files are not on the disk yet."""
        return [m.attachment for m in self.said if m.attachment]

    def delivery_rows(self) -> list[tuple[Any, ...]]:
        return [(m.id, "accepted", "", 0, m.at) for m in self.said if m.sender == "operator"]

    def note_rows(self) -> list[tuple[Any, ...]]:
        return [
            (
                n.id,
                self.id,
                n.kind,
                n.operator_id,
                n.client_id,
                n.version,
                n.after_seq,
                n.body,
                json.dumps(n.data, ensure_ascii=False),
                n.at,
            )
            for n in self.noted
        ]
