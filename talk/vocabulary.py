"""The closed vocabulary of events: each kind, the rows it carries, and who hears of it."""

from dataclasses import dataclass

from msgspec import Struct

from talk.rows import (
    ContextRow,
    ConversationRow,
    InboxRow,
    LabelRow,
    MarksRow,
    MessageRow,
    NoteRow,
    OperatorRow,
    VisitorConversationRow,
    VisitorMessageRow,
)


@dataclass(frozen=True)
class Kind:
    """`rows` for consoles that have the conversation open; the others get `conversation` alone.

    `visitor` are the rows that the visitor gets, in types of their own; none means no frame.
    """

    about: str
    rows: dict[str, type[Struct]]
    visitor: dict[str, type[Struct]]


KINDS: dict[str, Kind] = {
    "conversation.created": Kind(
        "A customer has begun a conversation.",
        {"conversation": ConversationRow},
        {"conversation": VisitorConversationRow},
    ),
    "conversation.changed": Kind(
        "Status, assignment, labels, read marks or the customer's name; `note` is the system's line"
        " of it. A visitor hears of status, read marks and words that are gone (`blanked_seq`)"
        " alone.",
        {"conversation": ConversationRow, "note": NoteRow},
        {"conversation": VisitorConversationRow},
    ),
    "message.created": Kind(
        "Something was said.",
        {"conversation": ConversationRow, "message": MessageRow},
        {"conversation": VisitorConversationRow, "message": VisitorMessageRow},
    ),
    "message.changed": Kind(
        "The delivery of a message moved on, or its files are no longer kept. A visitor hears of"
        " the latter alone.",
        {"conversation": ConversationRow, "message": MessageRow},
        {"conversation": VisitorConversationRow, "message": VisitorMessageRow},
    ),
    "note.created": Kind(
        "An operator wrote a note.", {"conversation": ConversationRow, "note": NoteRow}, {}
    ),
    "context.changed": Kind(
        "The customer did something; only consoles that have the conversation open hear of it."
        " Its version is the context's own and no part of the conversation's.",
        {"context": ContextRow},
        {},
    ),
    "marks.changed": Kind(
        "Labels of the customer, or notes about them; only consoles that have the conversation open"
        " hear of it. Its version is the marks' own.",
        {"marks": MarksRow},
        {},
    ),
    "label.changed": Kind("A label of the list was made or changed.", {"label": LabelRow}, {}),
    "layout.changed": Kind(
        "Layouts, links to tools or the headline's clauses are others: fetch the sidebar that is"
        " shown again, but not all consoles at the same moment.",
        {},
        {},
    ),
    "inbox.changed": Kind(
        "An inbox was made or changed, or how its channel stands; for who sees the inbox.",
        {"inbox": InboxRow},
        {},
    ),
    "operator.changed": Kind("A name, picture or role changed.", {"operator": OperatorRow}, {}),
}

OF_CUSTOMERS = frozenset({"context.changed", "marks.changed"})
"""Only for who has one of the customer's conversations open; its version is no conversation's."""
OF_INBOXES = frozenset({"inbox.changed"})
"""For consoles that see the inbox; they are about no conversation."""
FOR_ALL_CONSOLES = frozenset({"operator.changed", "label.changed", "layout.changed"})
