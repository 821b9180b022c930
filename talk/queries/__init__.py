"""Reads, in their final shape, each with a pinned number of statements."""

from talk.queries.conversations import (
    Page,
    View,
    conversation_row,
    conversation_rows,
)
from talk.queries.log import LogPage, events_after
from talk.queries.people import inboxes, labels, operators, teams
from talk.queries.threads import Changes, Older, Thread, changes_after, messages_before, thread
from talk.queries.visitors import VisitorHistory, visitor_history, visitor_messages_before

__all__ = [
    "Changes",
    "LogPage",
    "Older",
    "Page",
    "Thread",
    "View",
    "VisitorHistory",
    "changes_after",
    "conversation_row",
    "conversation_rows",
    "events_after",
    "inboxes",
    "labels",
    "messages_before",
    "operators",
    "teams",
    "thread",
    "visitor_history",
    "visitor_messages_before",
]
