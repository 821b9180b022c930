"""The commands that sockets and REST take, typed: what does not fit is refused with its field.

One parser for both. Ids are UUIDs and nothing else; text is at most 10,000 characters.
"""

from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from talk.errors import BadType, Invalid
from talk.models import Conversation
from talk.models.conversations import MOST_LABELS

VERSION = 1
MOST_CHARACTERS = 10_000
MOST_FRAME_BYTES = 64 * 1024
MOST_ATTACHMENTS = 10

CommandId = Annotated[str, Meta(max_length=64)]
Body = Annotated[str, Meta(max_length=MOST_CHARACTERS)]
Attachments = Annotated[tuple[UUID, ...], Meta(max_length=MOST_ATTACHMENTS)]
LabelIds = Annotated[tuple[UUID, ...], Meta(max_length=MOST_LABELS)]
Seq = Annotated[int, Meta(ge=0, le=2**53)]
Moment = Annotated[str, Meta(max_length=40)]
Frame = TypeVar("Frame")


class Command(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", kw_only=True):
    id: CommandId


class Hello(Struct, frozen=True, forbid_unknown_fields=True, tag="hello", tag_field="type"):
    """A console's first frame: a ticket of `POST /api/v1/socket-ticket`."""

    protocol: int
    ticket: Annotated[str, Meta(max_length=128)]
    resume: Annotated[str, Meta(max_length=128)] | None = None


class VisitorHello(Struct, frozen=True, forbid_unknown_fields=True, tag="hello", tag_field="type"):
    """A widget's first frame: the inbox's public id and the visitor's token."""

    protocol: int
    inbox: Annotated[str, Meta(max_length=32)]
    token: Annotated[str, Meta(max_length=128)]
    resume: Annotated[str, Meta(max_length=128)] | None = None


class Ack(Struct, frozen=True, forbid_unknown_fields=True, tag="ack", tag_field="type"):
    """Gives credit: how many events this socket has received since `ready`."""

    n: Seq


class OpenConversation(Command, tag="conversation.open", frozen=True):
    """Hear all of a conversation: its messages, notes, context and marks."""

    conversation_id: UUID


class CloseConversation(Command, tag="conversation.close", frozen=True):
    conversation_id: UUID


class SendMessage(Command, tag="message.send", frozen=True):
    """`data` says what it is besides text, where the inbox's channel carries that."""

    conversation_id: UUID
    client_id: UUID
    body: Body = ""
    attachment_ids: Attachments = ()
    data: dict[str, Any] | None = None


class AddNote(Command, tag="note.add", frozen=True):
    conversation_id: UUID
    client_id: UUID
    body: Body


class Assign(Command, tag="conversation.assign", frozen=True):
    """Sets both; `version` is that of the row that the operator saw."""

    conversation_id: UUID
    version: Seq
    assignee_id: UUID | None
    team_id: UUID | None


class SetStatus(Command, tag="conversation.set_status", frozen=True):
    """Snoozed without `snoozed_until` means: until the customer's next message."""

    conversation_id: UUID
    version: Seq
    status: str
    snoozed_until: Moment | None = None


class SetLabels(Command, tag="conversation.set_labels", frozen=True):
    """These and no others; an archived label may stay but not come."""

    conversation_id: UUID
    version: Seq
    label_ids: LabelIds


class Read(Command, tag="conversation.read", frozen=True):
    conversation_id: UUID
    seq: Seq


class Typing(Command, tag="typing", frozen=True):
    conversation_id: UUID
    active: bool


class RetryDelivery(Command, tag="delivery.retry", frozen=True):
    message_id: UUID


class VisitorSend(Command, tag="message.send", frozen=True):
    """The server picks the visitor's conversation, or begins one."""

    client_id: UUID
    body: Body = ""
    attachment_ids: Attachments = ()


class VisitorRead(Command, tag="conversation.read", frozen=True):
    conversation_id: UUID
    seq: Seq


class VisitorTyping(Command, tag="typing", frozen=True):
    conversation_id: UUID
    active: bool


CONSOLE_COMMANDS: tuple[type[Command], ...] = (
    OpenConversation,
    CloseConversation,
    SendMessage,
    AddNote,
    Assign,
    SetStatus,
    SetLabels,
    Read,
    Typing,
    RetryDelivery,
)
WIDGET_COMMANDS: tuple[type[Command], ...] = (VisitorSend, VisitorRead, VisitorTyping)


class Envelope(Struct, frozen=True):
    """What is read of any frame first, so that even a bad one is answered by its id."""

    type: str
    id: CommandId = ""


_envelope = msgspec.json.Decoder(Envelope)


class Parser:
    """Decodes the commands of one kind of socket."""

    def __init__(self, commands: tuple[type[Command], ...]) -> None:
        self._decoders = {
            str(command.__struct_config__.tag): msgspec.json.Decoder(command)
            for command in commands
        }

    def parse(self, envelope: Envelope, text: str) -> Command:
        """Raise `BadType` for an unknown command, `Invalid` naming the bad field."""
        decoder = self._decoders.get(envelope.type)
        if decoder is None:
            raise BadType
        command = read(decoder, text)
        check_texts(command)
        return command


def is_too_big(text: str) -> bool:
    """Whether a frame has more than `MOST_FRAME_BYTES`; a character has one to four of them."""
    if len(text) * 4 <= MOST_FRAME_BYTES:
        return False
    return len(text.encode(errors="surrogatepass")) > MOST_FRAME_BYTES


def parse_envelope(text: str) -> Envelope:
    return read(_envelope, text)


def read(decoder: msgspec.json.Decoder[Frame], text: str) -> Frame:
    """Decode a frame whatever it is; raises `Invalid` naming the bad field."""
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        raise invalid(error) from None


def convert(command: type[Command], values: dict[str, Any]) -> Command:
    """Make a command of already decoded JSON (REST), with the same checks."""
    try:
        made = msgspec.convert({**values, "id": "", "type": command.__struct_config__.tag}, command)
    except msgspec.ValidationError as error:
        raise invalid(error) from None
    check_texts(made)
    return made


def invalid(error: Exception) -> Invalid:
    """Name the field of a msgspec error (`… - at `$.body``) apart from its reason."""
    reason, _, path = str(error).partition(" - at `")
    field = path.rstrip("`").removeprefix("$").removeprefix(".")
    for mark in ("unknown field `", "required field `"):
        if not field and mark in reason:
            field = reason.split(mark, 1)[1].rstrip("`")
    return Invalid(field or "frame", reason)


def check_texts(struct: Struct) -> None:
    """Refuse what PostgreSQL cannot keep in any text field: NUL, and halves of surrogate pairs."""
    for field in struct.__struct_fields__:
        text = getattr(struct, field)
        if isinstance(text, str):
            check_text(text, field)


def check_text(text: str, field: str = "body") -> None:
    if "\x00" in text:
        raise Invalid(field, "The text contains a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Invalid(field, "The text contains half of a character") from None


STATUSES = frozenset(Conversation.Status.values)
