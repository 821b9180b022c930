"""Answers that are not rows themselves."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from customers.models import Erasure
from talk.rows import ConversationRow, MarksRow, MessageRow, OperatorRow, PaneWaysRow


class Me(Struct, frozen=True):
    """`csrf` is for the header X-CSRFToken; null for API tokens, which need none.

    `pane` is how they have the customer's pane; null while they have changed nothing in it.
    """

    operator: OperatorRow
    epoch: UUID
    csrf: str | None
    pane: PaneWaysRow | None


class Ticket(Struct, frozen=True):
    """Wait `delay_ms` before opening the socket: it spreads a rush. `now` is the server's clock."""

    ticket: str
    delay_ms: int
    now: datetime


class SentMessage(Struct, frozen=True):
    conversation: ConversationRow
    message: MessageRow


class Merged(Struct, frozen=True):
    """Who the customer is from now on."""

    customer_id: UUID


class ErasureRow(Struct, frozen=True):
    """The receipt. `counts` grows until `done_at`; `seal` is a keyed digest of it all."""

    id: UUID
    customer_id: UUID
    by: str
    reason: str
    requested_at: datetime
    done_at: datetime | None
    counts: dict[str, int]
    seal: str


def erasure_row(erasure: Erasure) -> ErasureRow:
    return ErasureRow(
        id=erasure.id,
        customer_id=erasure.customer_id,
        by=erasure.actor_name,
        reason=erasure.reason,
        requested_at=erasure.requested_at,
        done_at=erasure.done_at,
        counts=erasure.counts,
        seal=erasure.seal,
    )


class Problem(Struct, frozen=True):
    """RFC 9457. `code` is stable; `ref` finds the line in the server's log.

    `most` and `most_bytes` are limits that the request was above.
    A conflict has what is there now: a conversation in `current`, labels and notes in `marks`.
    """

    status: int
    code: str
    title: str
    detail: str
    field: str | None
    ref: str
    current: ConversationRow | None = None
    marks: MarksRow | None = None
    retry_after: int | None = None
    most: int | None = None
    most_bytes: int | None = None
