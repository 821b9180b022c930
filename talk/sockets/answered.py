"""What each command is answered with, besides `type` and `id`.

Most answers are JSON that PostgreSQL has made and nobody decodes; a flow test holds them to these.
"""

from msgspec import Struct

from talk import protocol
from talk.rows import (
    ContextRow,
    ConversationRow,
    MarksRow,
    MessageRow,
    NoteRow,
    VisitorConversationRow,
    VisitorMessageRow,
)
from talk.store import StoredRows


class Done(Struct, frozen=True):
    """Nothing: that it is done is all there is to say."""


class Opened(Struct, frozen=True):
    version: int
    context: ContextRow | None
    marks: MarksRow | None


class Noted(Struct, frozen=True):
    note: NoteRow


class Changed(Struct, frozen=True):
    conversation: ConversationRow


class Tried(Struct, frozen=True):
    message: MessageRow


class VisitorStored(Struct, frozen=True):
    conversation: VisitorConversationRow
    message: VisitorMessageRow


class VisitorChanged(Struct, frozen=True):
    conversation: VisitorConversationRow


ANSWERS: dict[type[protocol.Command], type[Struct]] = {
    protocol.OpenConversation: Opened,
    protocol.CloseConversation: Done,
    protocol.SendMessage: StoredRows,
    protocol.AddNote: Noted,
    protocol.Assign: Changed,
    protocol.SetStatus: Changed,
    protocol.SetLabels: Changed,
    protocol.Read: Changed,
    protocol.Typing: Done,
    protocol.RetryDelivery: Tried,
    protocol.VisitorSend: VisitorStored,
    protocol.VisitorRead: VisitorChanged,
    protocol.VisitorTyping: Done,
}
