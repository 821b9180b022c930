"""The one way a message comes into being: socket, REST, LINE and Celery all end here.

One statement takes a batch: it locks the conversations in the order of their ids (so that two
processes cannot deadlock), passes over what is stored already, gives each message its `seq` and
`version`, moves the conversation on, writes deliveries and the log, and rings. Acknowledge only
what it has returned: then it is committed.
"""

import enum
from collections.abc import Iterable
from datetime import datetime
from functools import cache, partial
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError, connection, transaction
from msgspec import UNSET, Struct, UnsetType

from customers.ids import uuid7
from talk import events, wakes
from talk.rows import (
    CONVERSATION_JOINS,
    CONVERSATION_JSON,
    MESSAGE_JSON,
    AttachmentRow,
    ConversationRow,
    DeliveryRow,
    MessageRow,
)


class NewMessage(Struct, frozen=True):
    """A message to be stored. `attachments` must be the sender's own and not claimed yet.

    `said_at` is told of what was said elsewhere before it came here. It does not reopen what was
    resolved after that, and is not the newest word if its `data` has a place (`after_seq`).
    """

    conversation_id: UUID
    sender: str
    client_id: UUID
    body: str
    operator_id: UUID | None = None
    data: dict[str, Any] = {}
    attachments: tuple[AttachmentRow, ...] = ()
    said_at: datetime | UnsetType = UNSET
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
    ERASED = "erased"  # the customer was erased: nothing is written any more
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


class _Sent(Struct):
    delivery: DeliveryRow | None


class _SentRows(Struct):
    message: _Sent


OUTGOING = frozenset({"operator", "bot"})
_sent = msgspec.json.Decoder(_SentRows)


def write(messages: list[NewMessage]) -> list[Stored]:
    """Store messages from ordinary Django code, in its transaction (or one of its own)."""
    try:
        with transaction.atomic():
            stored = _execute(messages)
    except IntegrityError:
        # A twin with the same client_id was committed while we waited for the lock: now we see it.
        with transaction.atomic():
            stored = _execute(messages)
    events.publish_on_commit([each.ring for each in stored if each.ring])
    for message_id in queued(messages, stored):
        transaction.on_commit(partial(wakes.deliveries.tell, message_id))
    return stored


def queued(messages: list[NewMessage], stored: list[Stored]) -> list[UUID]:
    """Return the messages that now wait for a worker to bring them to their channel."""
    return [
        result.message_id
        for message, result in zip(messages, stored, strict=True)
        if message.sender in OUTGOING and result.rows and _is_queued(result.rows)
    ]


def _is_queued(rows: str) -> bool:
    delivery = _sent.decode(rows).message.delivery
    return delivery is not None and delivery.state == "queued"


def _execute(messages: list[NewMessage]) -> list[Stored]:
    with connection.cursor() as cursor:
        cursor.execute(statement("%(batch)s::json"), {"batch": batch(messages).decode()})
        return in_order(messages, cursor.fetchall())


def batch(messages: list[NewMessage]) -> bytes:
    """Return the statement's one parameter: the messages as JSON."""
    return _encode(messages)


def in_order(messages: list[NewMessage], rows: Iterable[tuple[Any, ...]]) -> list[Stored]:
    """Shape the statement's rows (of a cursor, or bytes as libpq gives them)."""
    found = {_text(row[0]): row for row in rows}
    return [_stored(message, *found[str(message.id)]) for message in messages]


def _stored(
    message: NewMessage, _: str, outcome: str, message_id: str, stored: str, ring: str
) -> Stored:
    known = Outcome(_text(outcome))
    if known is not Outcome.STORED:
        return Stored(known, UUID(_text(message_id)), None, None)
    return Stored(known, message.id, _text(stored), _text(ring) or None)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


@cache
def statement(batch: str) -> str:
    """Return the statement for the transport in use; `batch` is the placeholder of its JSON."""
    ring = events.ring_of(events.ring_text(head="s.head", rows="s.rows"))
    return _STATEMENT.replace("<batch>", batch).replace("<ring>", ring)


_encode = msgspec.json.Encoder().encode
_STATEMENT = f"""
WITH i AS MATERIALIZED (
    SELECT id, conversation_id, sender, operator_id, client_id, body, said_at, o,
        CASE attachments WHEN '[]' THEN data
        ELSE data || jsonb_build_object('attachments', attachments) END AS data
    FROM ROWS FROM (json_to_recordset(<batch>) AS (
        id uuid, conversation_id uuid, sender text, operator_id uuid, client_id uuid, body text,
        data jsonb, attachments jsonb, said_at timestamptz
    )) WITH ORDINALITY AS t(id, conversation_id, sender, operator_id, client_id, body,
                            data, attachments, said_at, o)
), locked AS MATERIALIZED (
    SELECT c.id, c.status, c.resolved_at, c.inbox_id, c.customer_id,
        c.erased_at FROM talk_conversation c
    WHERE c.id = ANY(ARRAY(SELECT conversation_id FROM i)) ORDER BY c.id FOR UPDATE
), judged AS MATERIALIZED (
    SELECT i.*, coalesce(m.id, i.id) AS message_id, b.kind AS inbox_kind,
        i.sender = 'customer' AND coalesce(i.said_at >= locked.resolved_at, true) AS wakes, CASE
        WHEN locked.id IS NULL THEN 'missing'
        WHEN m.id IS NULL AND locked.erased_at IS NOT NULL THEN 'erased'
        WHEN m.id IS NULL AND i.sender = 'customer' AND locked.status = 'resolved'
             AND locked.resolved_at < now() - make_interval(days => b.reopen_days)
             AND coalesce(i.said_at >= locked.resolved_at, true) THEN 'expired'
        WHEN m.id IS NULL THEN 'stored'
        WHEN m.body = i.body AND coalesce(m.data->'attachments', '[]')
             = coalesce(i.data->'attachments', '[]') THEN 'duplicate'
        ELSE 'conflict' END AS outcome
    FROM i LEFT JOIN locked ON locked.id = i.conversation_id
    LEFT JOIN talk_inbox b ON b.id = locked.inbox_id
    LEFT JOIN LATERAL (
        SELECT m.id, m.body, m.data FROM talk_message m
        WHERE m.conversation_id = i.conversation_id
              AND m.sender = i.sender AND m.client_id = i.client_id
        -- A customer's retry may come when another conversation of theirs has begun. OFFSET 0:
        -- theirs are looked up first, whatever the statistics say; never all messages by client_id.
        UNION ALL SELECT m.id, m.body, m.data
        FROM (
            SELECT c.id FROM talk_conversation c
            WHERE i.sender = 'customer' AND c.customer_id = locked.customer_id
                  AND c.inbox_id = locked.inbox_id AND c.id <> i.conversation_id OFFSET 0
        ) c CROSS JOIN LATERAL (
            SELECT m.id, m.body, m.data FROM talk_message m
            WHERE m.conversation_id = c.id AND m.sender = i.sender AND m.client_id = i.client_id
            OFFSET 0
        ) m
        LIMIT 1
    ) m ON true
), fresh AS MATERIALIZED (
    SELECT judged.*, row_number() OVER (PARTITION BY conversation_id ORDER BY o) AS place
    FROM judged WHERE outcome = 'stored'
), per AS (
    SELECT conversation_id, count(*) AS added,
        max(place) FILTER (WHERE sender = 'customer') AS by_customer,
        max(place) FILTER (WHERE sender = 'operator') AS by_operator,
        max(place) FILTER (WHERE wakes) AS woken,
        -- sender, kind and text of what is newest; NULL when all came late
        array_agg(ARRAY[sender, coalesce(data->>'kind', ''),
            left(coalesce(nullif(body, ''), data->'attachments'->0->>'name', ''), 160)]
            ORDER BY place DESC) FILTER (WHERE NOT data ? 'after_seq') AS newest
    FROM fresh GROUP BY conversation_id
), moved AS (
    UPDATE talk_conversation c SET
        version = c.version + per.added,
        visitor_version = c.visitor_version + per.added,
        last_seq = c.last_seq + per.added,
        preview = coalesce(per.newest[1][3], c.preview),
        preview_sender = coalesce(per.newest[1][1], c.preview_sender),
        preview_kind = coalesce(per.newest[1][2], c.preview_kind), last_at = now(),
        status = CASE WHEN per.woken IS NULL THEN c.status ELSE 'open' END,
        snoozed_until = CASE WHEN per.woken IS NULL THEN c.snoozed_until END,
        resolved_at = CASE WHEN per.woken IS NULL THEN c.resolved_at END,
        waiting_since = CASE
            WHEN per.woken > per.by_operator THEN now()
            WHEN per.by_operator IS NOT NULL THEN NULL
            WHEN per.woken IS NOT NULL THEN coalesce(c.waiting_since, now())
            ELSE c.waiting_since END,
        customer_seq = coalesce(c.last_seq + per.by_customer, c.customer_seq),
        customer_read_seq = coalesce(c.last_seq + per.by_customer, c.customer_read_seq),
        operator_read_seq = coalesce(c.last_seq + per.by_operator, c.operator_read_seq)
    FROM per WHERE c.id = per.conversation_id
    RETURNING c.*, c.version - per.added AS old_version, c.last_seq - per.added AS old_seq
), told AS MATERIALIZED (
    SELECT c.id, c.inbox_id, c.profile_id, c.old_version, c.old_seq,
           {CONVERSATION_JSON} AS conversation
    FROM moved c {CONVERSATION_JOINS}
), placed AS MATERIALIZED (
    SELECT f.id, f.conversation_id, told.old_seq + f.place AS seq,
           told.old_version + f.place AS version, f.sender, f.operator_id, f.client_id, f.body,
           f.data, least(f.said_at, now()) AS created_at,
           told.inbox_id, told.profile_id, told.conversation,
           CASE WHEN f.sender IN ('operator', 'bot')
                THEN CASE f.inbox_kind WHEN 'web' THEN 'accepted' ELSE 'queued' END END AS state,
           '' AS reason
    FROM fresh f JOIN told ON told.id = f.conversation_id
), m AS (
    INSERT INTO talk_message (id, conversation_id, seq, version, sender, operator_id, client_id,
                              body, data, created_at)
    SELECT id, conversation_id, seq, version, sender, operator_id, client_id, body, data, created_at
    FROM placed
), d AS (
    INSERT INTO talk_delivery (message_id, state, reason, attempts, due_at, updated_at)
    SELECT id, state, reason, 0, CASE state WHEN 'queued' THEN now() END, now()
    FROM placed WHERE state IS NOT NULL
), files AS MATERIALIZED (
    SELECT (x.file->>'id')::uuid AS id, m.id AS message_id
    FROM placed m CROSS JOIN LATERAL jsonb_array_elements(m.data->'attachments') AS x(file)
), claimed AS (
    UPDATE talk_attachment a SET message_id = files.message_id
    FROM files WHERE a.id = files.id
         -- nobody's yet; said so that the index of all such files is not read for each batch
         AND coalesce(a.message_id, files.message_id) = files.message_id
), e AS (
    INSERT INTO talk_event (kind, inbox_id, conversation_id, profile_id, version, rows)
    SELECT 'message.created', m.inbox_id, m.conversation_id, m.profile_id, m.version,
           jsonb_build_object('conversation', m.conversation, 'message', {MESSAGE_JSON})
    FROM placed m LEFT JOIN talk_operator o ON o.id = m.operator_id,
         LATERAL (SELECT m.state, m.reason) d
    ORDER BY m.conversation_id, m.seq
    RETURNING *
)
SELECT s.asked, 'stored', s.asked, s.rows, <ring>
FROM (
    SELECT e.rows->'message'->>'id' AS asked, e.rows::text AS rows, {events.HEAD} AS head
    FROM e ORDER BY e.conversation_id, e.version OFFSET 0
) s
UNION ALL
SELECT id::text, outcome, message_id::text, NULL, NULL FROM judged WHERE outcome <> 'stored'
"""
