"""One conversation as the console shows it: thread, context, past."""

from uuid import UUID

from msgspec import Struct

from talk.policy import Actor, Permission, allow
from talk.queries import sql
from talk.queries.beside import Beside, masked, sidebar_json, sidebar_parameters
from talk.queries.conversations import conversation_row
from talk.queries.sidebars import LAID_JSON, Laid, Sidebar, sidebar_for
from talk.rows import (
    MESSAGE_JOINS,
    MESSAGE_JSON,
    NOTE_JOINS,
    NOTE_JSON,
    ContextRow,
    ConversationRow,
    MarksRow,
    MessageRow,
    NoteRow,
    PastRow,
    json_object,
)

MOST_MESSAGES = 50
MOST_CHANGES = 1_000


class Thread(Struct, frozen=True):
    """All that opening a conversation needs. `version` is that of the conversation's row.

    `context`, `marks` and `sidebar` are null for who may not read customers.
    """

    conversation: ConversationRow
    messages: list[MessageRow]
    notes: list[NoteRow]
    version: int
    has_more: bool
    context: ContextRow | None
    marks: MarksRow | None
    sidebar: Sidebar | None
    past: list[PastRow]
    past_count: int


class Older(Struct, frozen=True):
    messages: list[MessageRow]
    notes: list[NoteRow]
    has_more: bool


class Changes(Struct, frozen=True):
    """What has changed since a version; `complete` is false if there was too much to tell."""

    conversation: ConversationRow
    messages: list[MessageRow]
    notes: list[NoteRow]
    version: int
    complete: bool


class _Lines(Struct, frozen=True):
    messages: list[MessageRow]
    notes: list[NoteRow]


class _Whole(Beside, frozen=True):
    messages: list[MessageRow]
    notes: list[NoteRow]
    laid: Laid | None = None


def thread(actor: Actor, conversation_id: UUID) -> Thread:
    """Return the newest messages, the notes among them and what stands beside (2 statements)."""
    conversation = conversation_row(actor, conversation_id)
    first = max(conversation.last_seq + 1 - MOST_MESSAGES, 1)
    whole = sql.only(
        _Whole,
        f"SELECT ({' || '.join(_parts(actor))})::text",
        {
            "conversation": conversation_id,
            "first": first,
            "before": conversation.last_seq + 1,
            "limit": MOST_CHANGES,
            "operator": actor.operator_id,
            **sidebar_parameters(actor, conversation.customer_id),
        },
        is_hot=True,
    )
    told = masked(actor, whole)
    customer, laid = told.customer, told.laid
    return Thread(
        conversation=conversation,
        messages=actor.mask.lines(whole.messages),
        notes=actor.mask.lines(whole.notes),
        version=conversation.version,
        has_more=first > 1,
        context=told.context,
        marks=told.marks,
        sidebar=sidebar_for(actor, conversation, laid, customer) if customer and laid else None,
        past=whole.past,
        past_count=whole.past_count,
    )


def _parts(actor: Actor) -> list[str]:
    parts = [_lines_json(_PAGE, _NOTES_OF_PAGE), sidebar_json(actor)]
    if allow(actor, Permission.CUSTOMER_READ):
        parts.append(json_object({"laid": LAID_JSON}))
    return parts


def messages_before(
    actor: Actor, conversation_id: UUID, before_seq: int, limit: int = MOST_MESSAGES
) -> Older:
    """Return the messages before a place, in their order, and the notes that stand among them."""
    conversation_row(actor, conversation_id)
    found = _lines_before(conversation_id, before_seq, min(max(limit, 1), 100))
    mask = actor.mask
    return Older(mask.lines(found.messages), mask.lines(found.notes), found.has_more)


def changes_after(actor: Actor, conversation_id: UUID, version: int) -> Changes:
    """Return every row of the conversation whose last change is newer than `version`."""
    conversation = conversation_row(actor, conversation_id)
    lines = sql.only(
        _Lines,
        f"""
        SELECT {_lines_json("m.version > %(after)s", "n.version > %(after)s")}::text
        """,
        {"conversation": conversation_id, "after": version, "limit": MOST_CHANGES},
    )
    complete = max(len(lines.messages), len(lines.notes)) < MOST_CHANGES
    messages, notes = actor.mask.lines(lines.messages), actor.mask.lines(lines.notes)
    return Changes(conversation, messages, notes, conversation.version, complete)


def _lines_before(conversation_id: UUID, before_seq: int, limit: int) -> Older:
    """The notes of a page are those after its first message; those before any on the last page."""
    first = max(before_seq - limit, 1)
    lines = sql.only(
        _Lines,
        f"""
        SELECT {_lines_json(_PAGE, _NOTES_OF_PAGE)}::text
        """,
        {
            "conversation": conversation_id,
            "first": first,
            "before": before_seq,
            "limit": MOST_CHANGES,
        },
    )
    return Older(lines.messages, lines.notes, first > 1)


_PAGE = "m.seq >= %(first)s AND m.seq < %(before)s"
_NOTES_OF_PAGE = (
    "(n.after_seq >= %(first)s OR %(first)s = 1)"
    " AND (n.after_seq < %(before)s - 1 OR %(before)s > (SELECT c.last_seq FROM talk_conversation c"
    " WHERE c.id = %(conversation)s))"
)


def _lines_json(messages: str, notes: str) -> str:
    return json_object(
        {
            "messages": f"""(
                SELECT coalesce(jsonb_agg(t.line ORDER BY t.seq), '[]') FROM (
                    SELECT {MESSAGE_JSON} AS line, m.seq FROM talk_message m {MESSAGE_JOINS}
                    WHERE m.conversation_id = %(conversation)s AND {messages}
                    ORDER BY m.seq LIMIT %(limit)s) t)""",
            "notes": f"""(
                SELECT coalesce(jsonb_agg(t.line ORDER BY t.version), '[]') FROM (
                    SELECT {NOTE_JSON} AS line, n.version FROM talk_note n {NOTE_JOINS}
                    WHERE n.conversation_id = %(conversation)s AND {notes}
                    ORDER BY n.version LIMIT %(limit)s) t)""",
        }
    )
