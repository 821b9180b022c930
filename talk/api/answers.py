"""Answers that are not rows themselves."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from talk.rows import ConversationRow, MessageRow, OperatorRow


class Me(Struct, frozen=True):
    """`csrf` is for the header X-CSRFToken; null for API tokens, which need none."""

    operator: OperatorRow
    epoch: UUID
    csrf: str | None


class Ticket(Struct, frozen=True):
    """Wait `delay_ms` before opening the socket: it spreads a rush. `now` is the server's clock."""

    ticket: str
    delay_ms: int
    now: datetime


class SentMessage(Struct, frozen=True):
    conversation: ConversationRow
    message: MessageRow


class Problem(Struct, frozen=True):
    """RFC 9457. `code` is stable; `ref` finds the line in the server's log."""

    status: int
    code: str
    title: str
    detail: str
    field: str | None
    ref: str
    current: ConversationRow | None = None
    retry_after: int | None = None
