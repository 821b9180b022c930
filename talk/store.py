"""The one way a message comes into being: socket, REST, LINE and Celery all end here.

One statement takes a batch: it locks the conversations in the order of their ids (so that two
processes cannot deadlock), passes over what is stored already, gives each message its `seq` and
`version`, moves the conversation on, writes deliveries and the log, and rings. Acknowledge only
what it has returned: then it is committed.
"""

import enum
from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError, connection, transaction
from msgspec import Struct

from customers.ids import uuid7
from talk import events
from talk.rows import (
    CONVERSATION_JOINS,
    CONVERSATION_JSON,
    MESSAGE_JSON,
    AttachmentRow,
    ConversationRow,
    MessageRow,
)


class NewMessage(Struct, frozen=True):
    """A message to be stored. `attachments` must be the sender's own and not claimed yet."""

    conversation_id: UUID
    sender: str
    client_id: UUID
    body: str
    operator_id: UUID | None = None
    data: dict[str, Any] = {}
    attachments: tuple[AttachmentRow, ...] = ()
    id: UUID = msgspec.field(default_factory=uuid7)

    @property
    def key(self) -> tuple[UUID, str, UUID]:
        return (self.conversation_id, self.sender, self.client_id)

    def says_the_same_as(self, other: "NewMessage") -> bool:
        return (self.body, self.attachments) == (other.body, other.attachments)


class Outcome(enum.StrEnum):
    STORED = "stored"
    DUPLICATE = "duplicate"  # the same message was stored before
    CONFLICT = "conflict"  # its client_id was used for another text
    EXPIRED = "expired"  # resolved too long ago: begin a new conversation
    MISSING = "missing"  # there is no such conversation


class StoredRows(Struct, frozen=True):
    conversation: ConversationRow
    message: MessageRow


class Stored(Struct, frozen=True):
    """What became of one message. `rows` is JSON of `StoredRows`, or None if it was not stored."""

    outcome: Outcome
    message_id: UUID
    rows: str | None
    ring: str | None

    def decoded(self) -> StoredRows:
        return msgspec.json.decode(self.rows or "", type=StoredRows)


def write(messages: list[NewMessage]) -> list[Stored]:
    """Store messages from ordinary Django code, in its transaction (or one of its own)."""
    parameters = {"batch": batch(messages).decode()}
    try:
        with transaction.atomic():
            stored = _execute(parameters)
    except IntegrityError:
        # A twin with the same client_id was committed while we waited for the lock: now we see it.
        with transaction.atomic():
            stored = _execute(parameters)
    events.publish_on_commit([each.ring for each in stored if each.ring])
    return stored


def _execute(parameters: dict[str, str]) -> list[Stored]:
    with connection.cursor() as cursor:
        cursor.execute(statement("%(batch)s::json"), parameters)
        return in_order(cursor.fetchall())


def batch(messages: list[NewMessage]) -> bytes:
    """Return the statement's one parameter: the messages as JSON."""
    return _encode(messages)


def in_order(rows: Iterable[tuple[Any, ...]]) -> list[Stored]:
    """Shape the statement's rows, in the order in which the messages were given.

    The values may be Python's (from a cursor) or text as libpq gives it.
    """
    return [
        Stored(Outcome(_text(outcome)), UUID(_text(message_id)), _text(stored), _text(ring))
        for _, outcome, message_id, stored, ring in sorted(rows, key=lambda row: int(row[0]))
    ]


def _text(value: bytes | str | None) -> Any:
    return value.decode() if isinstance(value, bytes) else value


@cache
def statement(batch: str) -> str:
    """Return the statement for the transport in use; `batch` is the placeholder of its JSON."""
    return _STATEMENT.format(ring=events.ring_of("s.ring"), batch=batch)


_encode = msgspec.json.Encoder().encode
_STATEMENT = f"""
WITH i AS MATERIALIZED (
    SELECT id, conversation_id, sender, operator_id, client_id, body, o,
        CASE attachments WHEN '[]' THEN data
        ELSE data || jsonb_build_object('attachments', attachments) END AS data
    FROM ROWS FROM (json_to_recordset({{batch}}) AS (
        id uuid, conversation_id uuid, sender text, operator_id uuid, client_id uuid, body text,
        data jsonb, attachments jsonb
    )) WITH ORDINALITY AS t(id, conversation_id, sender, operator_id, client_id, body,
                            data, attachments, o)
), locked AS MATERIALIZED (
    SELECT c.id, c.status, c.resolved_at, c.inbox_id FROM talk_conversation c
    WHERE c.id = ANY(ARRAY(SELECT conversation_id FROM i)) ORDER BY c.id FOR UPDATE
), judged AS MATERIALIZED (
    SELECT i.*, coalesce(m.id, i.id) AS message_id, b.kind AS inbox_kind, CASE
        WHEN locked.id IS NULL THEN 'missing'
        WHEN m.id IS NULL AND i.sender = 'customer' AND locked.status = 'resolved'
             AND locked.resolved_at < now() - make_interval(days => b.reopen_days) THEN 'expired'
        WHEN m.id IS NULL THEN 'stored'
        WHEN m.body = i.body AND coalesce(m.data->'attachments', '[]')
             = coalesce(i.data->'attachments', '[]') THEN 'duplicate'
        ELSE 'conflict' END AS outcome
    FROM i LEFT JOIN locked ON locked.id = i.conversation_id
    LEFT JOIN talk_inbox b ON b.id = locked.inbox_id
    LEFT JOIN talk_message m ON m.conversation_id = i.conversation_id
         AND m.sender = i.sender AND m.client_id = i.client_id
), fresh AS MATERIALIZED (
    SELECT judged.*, row_number() OVER (PARTITION BY conversation_id ORDER BY o) AS place
    FROM judged WHERE outcome = 'stored'
), per AS (
    SELECT conversation_id, count(*) AS added,
        max(place) FILTER (WHERE sender = 'customer') AS by_customer,
        max(place) FILTER (WHERE sender = 'operator') AS by_operator,
        (array_agg(sender ORDER BY place DESC))[1] AS sender,
        (array_agg(coalesce(nullif(body, ''), data->'attachments'->0->>'name', '')
                   ORDER BY place DESC))[1] AS body
    FROM fresh GROUP BY conversation_id
), moved AS (
    UPDATE talk_conversation c SET
        version = c.version + per.added,
        last_seq = c.last_seq + per.added,
        preview = left(per.body, 160), preview_sender = per.sender, last_at = now(),
        status = CASE WHEN per.by_customer IS NULL THEN c.status ELSE 'open' END,
        snoozed_until = CASE WHEN per.by_customer IS NULL THEN c.snoozed_until END,
        resolved_at = CASE WHEN per.by_customer IS NULL THEN c.resolved_at END,
        waiting_since = CASE
            WHEN per.by_customer > per.by_operator THEN now()
            WHEN per.by_operator IS NOT NULL THEN NULL
            WHEN per.by_customer IS NOT NULL THEN coalesce(c.waiting_since, now())
            ELSE c.waiting_since END,
        customer_seq = coalesce(c.last_seq + per.by_customer, c.customer_seq),
        customer_read_seq = coalesce(c.last_seq + per.by_customer, c.customer_read_seq),
        operator_read_seq = coalesce(c.last_seq + per.by_operator, c.operator_read_seq)
    FROM per JOIN locked ON locked.id = per.conversation_id
    WHERE c.id = per.conversation_id
    RETURNING c.*, c.version - per.added AS old_version, c.last_seq - per.added AS old_seq
), m AS (
    INSERT INTO talk_message (id, conversation_id, seq, version, sender, operator_id, client_id,
                              body, data, created_at)
    SELECT f.id, f.conversation_id, moved.old_seq + f.place, moved.old_version + f.place,
           f.sender, f.operator_id, f.client_id, f.body, f.data, now()
    FROM fresh f JOIN moved ON moved.id = f.conversation_id
    RETURNING *
), d AS (
    INSERT INTO talk_delivery (message_id, state, reason, attempts, due_at, updated_at)
    SELECT f.id, CASE WHEN f.inbox_kind = 'web' THEN 'accepted' ELSE 'queued' END, '', 0,
           CASE WHEN f.inbox_kind = 'web' THEN NULL ELSE now() END, now()
    FROM fresh f JOIN m ON m.id = f.id WHERE f.sender IN ('operator', 'bot')
    RETURNING *
), claimed AS (
    UPDATE talk_attachment a SET message_id = m.id
    FROM m CROSS JOIN LATERAL jsonb_array_elements(m.data->'attachments') AS x(file)
    WHERE a.id = (x.file->>'id')::uuid AND a.message_id IS NULL
), e AS (
    INSERT INTO talk_event (kind, inbox_id, conversation_id, profile_id, version, rows)
    SELECT 'message.created', c.inbox_id, c.id, c.profile_id, m.version,
           jsonb_build_object('conversation', {CONVERSATION_JSON}, 'message', {MESSAGE_JSON})
    FROM m JOIN moved c ON c.id = m.conversation_id {CONVERSATION_JOINS}
    LEFT JOIN talk_operator o ON o.id = m.operator_id LEFT JOIN d ON d.message_id = m.id
    ORDER BY m.conversation_id, m.seq
    RETURNING *
)
SELECT s.o, s.outcome, s.message_id::text, s.rows,
       CASE WHEN s.ring IS NULL THEN NULL ELSE {{ring}} END
FROM (
    SELECT judged.o, judged.outcome, judged.message_id, e.rows::text AS rows,
           CASE WHEN e.id IS NOT NULL THEN {events.RING_JSON} END AS ring
    FROM judged LEFT JOIN e ON judged.outcome = 'stored'
         AND e.rows->'message'->>'id' = judged.message_id::text
    ORDER BY e.conversation_id, e.version OFFSET 0
) s
"""
