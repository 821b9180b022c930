"""The one way a change becomes news: a row of the log and a ring, in the change's transaction."""

from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from customers.prepared import prepared_rows
from talk import rings
from talk.frames import ALSO
from talk.rows import (
    CONTEXT_JSON,
    CONVERSATION_JOINS,
    CONVERSATION_JSON,
    INBOX_JSON,
    LABEL_JSON,
    MARKS_JSON,
    MESSAGE_JOINS,
    MESSAGE_JSON,
    NOTE_JOINS,
    NOTE_JSON,
    OPERATOR_JSON,
)
from talk.vocabulary import KINDS

MOST_TOLD = 50  # conversations of one customer in an inbox, the newest
MOST_ROWS_BYTES = 7500  # NOTIFY takes 7,999; rows larger than this are not in their ring
_IDS = {
    "inbox": "e.inbox_id",
    "conversation": "e.conversation_id",
    "profile": "e.profile_id",
    "operator": "e.operator_id",
}
# e = talk_event: the beginning of its ring (`frames.Ring`). Put together as text, because the rows
# are the most of it and would be taken apart and written again. Nothing in it needs escaping.
HEAD = (
    """concat('{"id":', e.id, ',"xid":', e.xid, ',"kind":"', e.kind, '","version":', e.version, """
    + ", ".join(f"""',"{name}":"' || {column} || '"'""" for name, column in _IDS.items())
    + ")"
)


def ring_text(*, head: str = HEAD, rows: str = "e.rows::text") -> str:
    """Return the SQL of the text that rings: with the rows if they fit."""
    fits = f"octet_length({rows}) <= {MOST_ROWS_BYTES}"
    return f"""{head} || CASE WHEN {fits} THEN ',"rows":' || {rows} ELSE '' END || '}}'"""


# The same from the log, whole whatever its size.
LOGGED_RING_JSON = f"""{HEAD} || ',"rows":' || e.rows::text || '}}'"""
# Every event of transactions below this is committed, and none of them can come again. It stops at
# the newest event, however far the numbers have gone on: after a crash PostgreSQL gives out again
# those of transactions that had written nothing durable.
SAFE_POSITION = (
    "least(pg_snapshot_xmin(pg_current_snapshot())::text::bigint, 1 + greatest("
    "(SELECT max(xid)::text::bigint FROM talk_event), (SELECT dropped_xid FROM talk_epoch)))"
)


def ring_of(expression: str) -> str:
    """Return the SQL that rings: NOTIFY itself, or the text to publish after the commit."""
    if settings.RING == "notify":
        return f"pg_notify('{rings.CHANNEL}', {expression})::text"
    return expression


def append(
    kind: str,
    *,
    conversation_id: UUID,
    message_id: UUID | None = None,
    note_id: UUID | None = None,
    visitor: bool = False,
) -> None:
    """Tell of a change to a conversation, with the rows as they are now in this transaction.

    With `visitor` the visitor hears of it too: only of what has moved their `visitor_version`.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not in the vocabulary (talk/vocabulary.py)")
    _insert(
        _CONVERSATION_EVENT,
        {
            "kind": kind,
            "conversation": conversation_id,
            "message": message_id,
            "note": note_id,
            "visitor": visitor,
        },
    )


def append_conversations(conversation_ids: list[UUID]) -> None:
    """Tell operators that all of these are others now; one statement, however many there are."""
    _insert(_CONVERSATIONS_EVENTS, {"conversations": conversation_ids})


def append_context(*, customer_id: UUID) -> None:
    """Tell who has a conversation of the customer open, resolved or not, what is now known of them.

    One event for each inbox that they have written to; it names their conversations there.
    """
    customer = {"customer": customer_id}
    # Of most visitors there is none, and each of their pages comes by here.
    if prepared_rows(_HAS_WRITTEN, customer):
        rows = prepared_rows(_inserting(_CONTEXT_EVENT), customer)
        publish_on_commit([text for (text,) in rows])


def append_marks(*, customer_id: UUID) -> None:
    """Tell the same consoles what operators keep about the customer now."""
    _insert(_MARKS_EVENT, {"customer": customer_id})


def append_label(*, label_id: UUID) -> None:
    _insert(_LABEL_EVENT, {"label": label_id})


def append_inbox(*, inbox_id: UUID) -> None:
    _insert(_INBOX_EVENT, {"inbox": inbox_id})


def append_operator(*, operator_id: UUID) -> None:
    _insert(_OPERATOR_EVENT, {"operator": operator_id})


def append_layout_change() -> None:
    """Tell all consoles to fetch their sidebars again: once a transaction, whatever it changes."""
    _insert(_LAYOUT_EVENT, {})


def append_access_change(*, operator_id: UUID, session_hash: str = "") -> None:
    """Close the operator's sockets in every process; with a hash only those of that session."""
    _insert(_ACCESS_EVENT, {"operator": operator_id, "session": session_hash})


def append_token_end(*, token_hash: bytes) -> None:
    """Close the sockets of a visitor's token in every process."""
    _insert(_ENDED_EVENT, {"token": token_hash})


def append_member_change(*, profile_ids: list[UUID]) -> None:
    """Let the sockets of these profiles' members come back: the members' profiles are others now.

    The newest will do: each of a member's sockets hears those.
    """
    _insert(_MEMBER_EVENT, {"profiles": profile_ids})


def _insert(source: str, parameters: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_inserting(source), parameters)
        texts = [row[0] for row in cursor.fetchall()]
    publish_on_commit(texts)


def _inserting(source: str) -> str:
    return (
        f"WITH e AS (INSERT INTO talk_event"
        f" (kind, inbox_id, conversation_id, profile_id, operator_id, version, rows) {source}"
        f" RETURNING *) SELECT {ring_of(ring_text())} FROM e"
    )


def publish_on_commit(texts: list[str]) -> None:
    """Hand the rings to the transport once they are true; NOTIFY has done it by itself."""
    if settings.RING != "notify" and texts:
        transaction.on_commit(partial(rings.publish_from_thread, texts))


_CONVERSATION_EVENT = f"""
SELECT %(kind)s, c.inbox_id, c.id, CASE WHEN %(visitor)s THEN c.profile_id END, NULL::uuid,
       c.version,
       jsonb_build_object('conversation', {CONVERSATION_JSON})
       || coalesce((SELECT jsonb_build_object('message', {MESSAGE_JSON})
                    FROM talk_message m {MESSAGE_JOINS} WHERE m.id = %(message)s::uuid), '{{}}')
       || coalesce((SELECT jsonb_build_object('note', {NOTE_JSON})
                    FROM talk_note n {NOTE_JOINS} WHERE n.id = %(note)s::uuid), '{{}}')
FROM talk_conversation c {CONVERSATION_JOINS}
WHERE c.id = %(conversation)s::uuid
"""
_CONVERSATIONS_EVENTS = f"""
SELECT 'conversation.changed', c.inbox_id, c.id, NULL::uuid, NULL::uuid, c.version,
       jsonb_build_object('conversation', {CONVERSATION_JSON})
FROM talk_conversation c {CONVERSATION_JOINS}
WHERE c.id = ANY(%(conversations)s::uuid[]) ORDER BY c.id
"""
_HAS_WRITTEN = "SELECT 1 FROM talk_conversation WHERE customer_id = %(customer)s::uuid LIMIT 1"


def _of_customer(kind: str, version: str, name: str, row: str) -> str:
    """Return the SQL of an event for each inbox that the customer has written to."""
    return f"""
SELECT '{kind}', c.inbox_id, c.ids[1], NULL::uuid, NULL::uuid, {version},
       jsonb_build_object('{name}', {row}, '{ALSO}', c.ids[2:{MOST_TOLD}])
FROM customers_context x JOIN (
    SELECT customer_id, inbox_id, array_agg(id ORDER BY created_at DESC) AS ids
    FROM talk_conversation WHERE customer_id = %(customer)s::uuid GROUP BY customer_id, inbox_id
) c ON c.customer_id = x.customer_id
ORDER BY c.inbox_id
"""


_CONTEXT_EVENT = _of_customer("context.changed", "x.version", "context", CONTEXT_JSON)
_MARKS_EVENT = _of_customer("marks.changed", "x.marks_version", "marks", MARKS_JSON)
_LABEL_EVENT = f"""
SELECT 'label.changed', NULL::uuid, NULL::uuid, NULL::uuid, NULL::uuid, l.version,
       jsonb_build_object('label', {LABEL_JSON})
FROM talk_label l WHERE l.id = %(label)s::uuid
"""
_INBOX_EVENT = f"""
SELECT 'inbox.changed', i.id, NULL::uuid, NULL::uuid, NULL::uuid, i.version,
       jsonb_build_object('inbox', {INBOX_JSON})
FROM talk_inbox i WHERE i.id = %(inbox)s::uuid
"""
_LAYOUT_EVENT = """
SELECT 'layout.changed', NULL::uuid, NULL::uuid, NULL::uuid, NULL::uuid, 0, '{}'::jsonb
WHERE NOT EXISTS (SELECT 1 FROM talk_event e
    WHERE e.xid = pg_current_xact_id() AND e.kind = 'layout.changed')
"""
_OPERATOR_EVENT = f"""
SELECT 'operator.changed', NULL::uuid, NULL::uuid, NULL::uuid, o.id, o.version,
       jsonb_build_object('operator', {OPERATOR_JSON})
FROM talk_operator o WHERE o.id = %(operator)s::uuid
"""
_ENDED_EVENT = """
SELECT 'access.changed', NULL::uuid, NULL::uuid, t.profile_id, NULL::uuid, 0,
       jsonb_build_object('session', encode(t.token_hash, 'hex'))
FROM talk_visitortoken t WHERE t.token_hash = %(token)s
"""
_MEMBER_EVENT = f"""
SELECT 'access.changed', NULL::uuid, NULL::uuid, p.id, NULL::uuid, 0,
       jsonb_build_object('session', ''::text)
FROM customers_profile p WHERE p.member_id IN (
    SELECT moved.member_id FROM customers_profile moved WHERE moved.id = ANY(%(profiles)s::uuid[])
)
ORDER BY p.id = ANY(%(profiles)s::uuid[]) DESC, p.created_at DESC LIMIT {MOST_TOLD}
"""
_ACCESS_EVENT = """
SELECT 'access.changed', NULL::uuid, NULL::uuid, NULL::uuid, o.id, o.access_version,
       jsonb_build_object('session', %(session)s::text)
FROM talk_operator o WHERE o.id = %(operator)s::uuid
"""
