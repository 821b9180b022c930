"""What somebody says in LINE becomes a message of their conversation."""

from functools import partial
from uuid import UUID, uuid5

from django.db import transaction
from msgspec.structs import replace

from integrations.line import wakes, wire
from integrations.line.actions import account_link, authors, crossing, editing, people, taps
from integrations.line.actions.redacting import redact
from integrations.line.models import LineChat, LineContent, LineEvent, LineMessage
from integrations.line.models.messages import LONGEST_TOKEN
from integrations.line.saying import Words, words_of
from integrations.line.wire import Json
from talk import said
from talk.actions import channel_messages
from talk.said import Said

State = LineEvent.State


def receive_message(event: LineEvent) -> str:
    """Store a message with what it quotes."""
    if event.chat.profile is None:
        return State.IGNORED
    message = wire.part(event.raw, "message")
    words = words_of(message)
    message_id = say(event, Words(words.body, _framed(event, words.said)))
    _note_bubble(event, message, message_id)
    editing.edit_late(event)
    if isinstance(words.said, said.Text) and event.chat.kind == "user":
        crossing.bring_context(event.chat, words.body)
    if isinstance(words.said, said.Media) and words.said.state == "coming":
        _fetch(event, words.said)
    return State.DONE


def receive_shell(event: LineEvent) -> str:
    """Of a message that was taken back before it came, its place alone is kept."""
    if event.type == "message" and event.chat.profile is not None:
        say(event, Words("", said.Unsent()))
    return leave_nothing(event)


def leave_nothing(event: LineEvent) -> str:
    redact(event.channel_id, event.line_message_id)
    return State.REDACTED


def receive_postback(event: LineEvent) -> str:
    """A button that was pressed is said in the conversation, and an activity of the customer."""
    if event.chat.profile is None:
        return State.IGNORED
    tap = taps.read(event)
    say(event, Words("", _framed(event, tap)))
    if not account_link.answer_tap(event.chat, tap.data, key=event.webhook_event_id):
        taps.note(event, tap)
    return State.DONE


def say(event: LineEvent, words: Words) -> UUID:
    """Store a message in the current conversation; return its id. Once, however often it is told.

    Appends what `channel_messages.receive` does.
    """
    chat = event.chat
    assert chat.profile_id is not None  # noqa: S101 - asked by every handler before
    crossing.arrive(chat)
    rows = channel_messages.receive(
        event.channel.inbox_id,
        chat.profile_id,
        client_id=client_id(event.channel_id, line_id_of(event)),
        body=words.body,
        data=words.said,
        said_at=event.occurred_at,
    )
    chat.conversation_id = rows.conversation.id
    _note_unblocked(event)
    if chat.last_inbound_at is None or chat.last_inbound_at < event.occurred_at:
        chat.last_inbound_at = event.occurred_at
    if chat.profile_due_at is None and people.is_old(chat.profile_at, event.received_at):
        people.ask_name(chat)
    return rows.message.id


def _note_unblocked(event: LineEvent) -> None:
    """Whoever blocks us cannot write: that they have ended it was not told, or is still to come."""
    chat = event.chat
    is_older = chat.friend_at is not None and chat.friend_at >= event.occurred_at
    if chat.friend == LineChat.Friend.BLOCKED and not is_older:
        chat.friend, chat.friend_at = LineChat.Friend.UNKNOWN, event.occurred_at


def line_id_of(event: LineEvent) -> str:
    """Return what LINE calls the message; of what is none, the event that brought it."""
    return event.line_message_id or event.webhook_event_id[:40]


def client_id(channel_id: UUID, line_id: str) -> UUID:
    """Return what makes every repeat of a message the same message."""
    return uuid5(channel_id, line_id)


def _framed(event: LineEvent, what: Said) -> Said:
    """Add who of a group says it, and what it answers."""
    return replace(what, author=authors.author_of(event), quoted=_quoted(event))


def _quoted(event: LineEvent) -> said.Quoted | None:
    """Return our message that it quotes; one without an id when we do not know it."""
    line_id = wire.text(wire.part(event.raw, "message"), "quotedMessageId")
    if not line_id:
        return None
    known = LineMessage.objects.filter(chat=event.chat, line_id=line_id[:40])
    return said.Quoted(known.values_list("message_id", flat=True).first())


def _note_bubble(event: LineEvent, message: Json, message_id: UUID) -> None:
    """Remember what LINE calls the message, and the tokens to quote it and to mark it as read."""
    bubble = LineMessage(
        channel=event.channel,
        line_id=line_id_of(event),
        chat=event.chat,
        message_id=message_id,
        user_id=wire.user_id(event.raw),
        quote_token=_token(message, "quoteToken"),
        read_token=_token(message, "markAsReadToken"),
        occurred_at=event.occurred_at,
    )
    LineMessage.objects.bulk_create([bubble], ignore_conflicts=True)


def _token(message: Json, name: str) -> str:
    token = wire.text(message, name)
    return token if len(token) <= LONGEST_TOKEN else ""


def _fetch(event: LineEvent, media: said.Media) -> None:
    """Write the job that gets the file from LINE, and wake somebody for it."""
    bubble = LineMessage.objects.get(channel=event.channel, line_id=line_id_of(event))
    job, is_new = LineContent.objects.get_or_create(
        line_message=bubble,
        defaults={"kind": said.plain(media)["kind"], "name": media.name},
    )
    if is_new:
        transaction.on_commit(partial(wakes.contents.tell, job.pk))
