"""What a visitor may read: the conversations of their own profiles, in rows of their own."""

from uuid import UUID

from msgspec import Struct

from talk.policy import Visitor
from talk.queries import sql
from talk.rows import (
    MESSAGE_JOINS,
    MESSAGE_JSON,
    VISITOR_CONVERSATION_JSON,
    VisitorConversationRow,
    VisitorMessageRow,
)

MOST_CONVERSATIONS = 20
MOST_MESSAGES = 50


class VisitorHistory(Struct, frozen=True):
    """The visitor's conversations, newest first, and the newest messages of the newest."""

    conversations: list[VisitorConversationRow]
    messages: list[VisitorMessageRow]
    has_more: bool


def visitor_history(visitor: Visitor) -> VisitorHistory:
    conversations = sql.rows(
        VisitorConversationRow,
        f"SELECT {VISITOR_CONVERSATION_JSON}::text FROM talk_conversation c"
        " WHERE c.profile_id = ANY(%(profiles)s) AND c.inbox_id = %(inbox)s"
        " ORDER BY c.created_at DESC LIMIT %(limit)s",
        {
            "profiles": visitor.profile_ids,
            "inbox": visitor.inbox_id,
            "limit": MOST_CONVERSATIONS,
        },
    )
    if not conversations:
        return VisitorHistory([], [], has_more=False)
    newest = conversations[0]
    messages = visitor_messages_before(visitor, newest.id, newest.last_seq + 1)
    return VisitorHistory(conversations, messages, has_more=newest.last_seq > MOST_MESSAGES)


def visitor_messages_before(
    visitor: Visitor, conversation_id: UUID, before_seq: int
) -> list[VisitorMessageRow]:
    """Return up to 50 messages before a place, in order; none of what is not the visitor's."""
    # MESSAGE_JSON is decoded as the visitor's own type, which drops what is not theirs.
    return sql.rows(
        VisitorMessageRow,
        f"SELECT {MESSAGE_JSON}::text FROM talk_message m {MESSAGE_JOINS}"
        " JOIN talk_conversation c ON c.id = m.conversation_id"
        " WHERE c.id = %(conversation)s AND c.profile_id = ANY(%(profiles)s)"
        " AND c.inbox_id = %(inbox)s"
        " AND m.seq < %(before)s AND m.seq >= %(first)s ORDER BY m.seq",
        {
            "conversation": conversation_id,
            "profiles": visitor.profile_ids,
            "inbox": visitor.inbox_id,
            "before": before_seq,
            "first": max(before_seq - MOST_MESSAGES, 1),
        },
    )
