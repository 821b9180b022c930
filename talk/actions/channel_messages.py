"""What customers say in a channel: it comes from a server of somebody else's, late or twice.

All of it by the conversation's lock. What was said elsewhere keeps its time: `created_at` is when
it was said, and a message that comes after others which were said later has a place of its own
(`talk.said.Said.after_seq`). Nothing here asks who may: edges are the integrations.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import F
from msgspec.structs import replace

from customers.cleaning import clean_text, clean_value
from customers.models import Profile
from talk import events, said
from talk.actions import messages, notes, retelling
from talk.actions.files import delete_files, discard_attachments
from talk.errors import Erased, NotFound
from talk.models import Attachment, Conversation, Message
from talk.policy import Visitor
from talk.protocol import MOST_CHARACTERS
from talk.rows import AttachmentRow
from talk.said import AnySaid, Said
from talk.store import NewMessage, Outcome, StoredRows, write

Data = Said | Mapping[str, Any]


@transaction.atomic
def receive(
    inbox_id: UUID,
    profile_id: UUID,
    *,
    client_id: UUID,
    body: str,
    data: Data,
    said_at: datetime,
) -> StoredRows:
    """Store what a customer said at `said_at` in their current conversation, or in a new one.

    `client_id` is made of the channel's id of the message: what came before is returned as it is
    now, edited or taken back. What was resolved after `said_at` takes it without being reopened.
    Raises `Erased` when the customer is. Appends `conversation.created` where one begins, then
    `message.created`.
    """
    visitor = _writer(inbox_id, profile_id)
    what = said_of(data)
    conversation_id = _conversation_for(visitor, client_id, said_at)
    Conversation.objects.select_for_update().get(id=conversation_id)
    place = _place_of_late(conversation_id, said_at)
    message = NewMessage(
        conversation_id=conversation_id,
        sender=Message.Sender.CUSTOMER.value,
        client_id=client_id,
        body=clean_text(body, MOST_CHARACTERS),
        data=said.plain(replace(what, after_seq=place)),
        said_at=said_at,
    )
    [stored] = write([message])
    if stored.outcome is Outcome.EXPIRED:
        begun = messages.begin_conversation(visitor)
        [stored] = write([replace(message, conversation_id=begun, data=said.plain(what))])
    if stored.outcome is Outcome.CONFLICT:
        return messages.stored_before(stored.message_id)
    return messages.rows_of(stored)


@transaction.atomic
def unsend(message_id: UUID) -> bool:
    """Take a message back: its words and files go everywhere, only its place stays.

    False when it was taken back before. Appends `message.changed`.
    """
    message = _locked(message_id)
    if _is_unsent(message):
        return False
    discard_attachments(Attachment.objects.filter(message_id=message_id))
    transaction.on_commit(delete_files)
    _rewrite(message, "", said.Unsent())
    return True


@transaction.atomic
def edit(message_id: UUID, body: str, data: Data) -> bool:
    """Put other words in the place of a message's; the old ones go everywhere.

    False when it was taken back before. Appends `message.changed`.
    """
    message = _locked(message_id)
    if _is_unsent(message):
        return False
    _rewrite(message, clean_text(body, MOST_CHARACTERS), replace(said_of(data), is_edited=True))
    return True


@transaction.atomic
def attach(message_id: UUID, attachment_ids: tuple[UUID, ...], data: Data) -> bool:
    """Put files into a message, in place of those it had, and say with `data` what it is now.

    The files are uploads without a message (`received_files.keep`), or its own. False when it was
    taken back meanwhile: then they are discarded. Appends `message.changed`.
    """
    message = _locked(message_id)
    files = Attachment.objects.filter(id__in=attachment_ids)
    if _is_unsent(message):
        discard_attachments(files.filter(message=None))
        transaction.on_commit(delete_files)
        return False
    discard_attachments(Attachment.objects.filter(message=message).exclude(id__in=attachment_ids))
    files.filter(message=None).update(message=message)
    found = {file.id: file for file in Attachment.objects.filter(message=message)}
    rows = [messages.attachment_row(found[id]) for id in attachment_ids if id in found]
    _change(message, message.body, said_of(data), rows)
    return True


@transaction.atomic
def sign(message_id: UUID, author: said.Author) -> bool:
    """Say who of a group said it; all else of the message stays as it is now.

    False when it was taken back. Appends `message.changed`.
    """
    message = _locked(message_id)
    if _is_unsent(message):
        return False
    files = msgspec.convert(message.data.get("attachments", []), list[AttachmentRow])
    _change(message, message.body, replace(said.read(message.data), author=author), files)
    return True


@transaction.atomic
def note_line(conversation_id: UUID, data: Mapping[str, Any]) -> None:
    """Write a line of the system's for operators; `data.code` says what has happened.

    Appends `conversation.changed`. Nothing is written into an erased customer's.
    """
    conversation = Conversation.objects.select_for_update().get(id=conversation_id)
    if conversation.erased_at is not None:
        return
    conversation.version += 1
    conversation.save(update_fields=["version"])
    line = notes.write_line(conversation_id, operator_id=None, data=dict(data))
    events.append("conversation.changed", conversation_id=conversation_id, note_id=line.id)


def said_of(data: Data) -> AnySaid:
    """Return what `data` says; raise `msgspec.ValidationError` for what nothing says."""
    if isinstance(data, Said):
        data = msgspec.to_builtins(data)
    return said.read(clean_value(data, MOST_CHARACTERS))


def _writer(inbox_id: UUID, profile_id: UUID) -> Visitor:
    """Of this profile alone: an answer goes to whom it belongs, not to others of the same member.

    Locked, so that what comes at the same moment finds the conversation that this one begins.
    """
    profiles = Profile.objects.select_related("customer").select_for_update(of=("self",))
    profile = profiles.get(id=profile_id)
    if profile.customer.erased_at is not None:
        raise Erased
    return Visitor(profile.id, profile.customer_id, inbox_id)


def _conversation_for(visitor: Visitor, client_id: UUID, said_at: datetime) -> UUID:
    return (
        messages.current_conversation(visitor)
        or messages.said_in(visitor, client_id)
        or _ended_since(visitor, said_at)
        or messages.begin_conversation(visitor)
    )


def _ended_since(visitor: Visitor, said_at: datetime) -> UUID | None:
    """Return the conversation that was still going on when this was said: the first to end then."""
    own = Conversation.objects.filter(profile_id=visitor.profile_id, inbox_id=visitor.inbox_id)
    ended = own.filter(resolved_at__gt=said_at).order_by("resolved_at", "id")
    return ended.values_list("id", flat=True).first()


def _place_of_late(conversation_id: UUID, said_at: datetime) -> int | None:
    """Return after which message it belongs, None for after all of them.

    Those that came late themselves are not counted: the others stand in the order of their time.
    """
    in_time = Message.objects.filter(conversation_id=conversation_id).exclude(
        data__has_key="after_seq"
    )
    by_seq = in_time.order_by("-seq").values_list("seq", "created_at")
    newest = by_seq.first()
    if newest is None or newest[1] <= said_at:
        return None
    before = by_seq.filter(created_at__lte=said_at).first()
    return before[0] if before else 0


def _locked(message_id: UUID) -> Message:
    """Return the message as it is under its conversation's lock."""
    place = Message.objects.filter(id=message_id).values_list("conversation_id", flat=True)
    conversation = Conversation.objects.select_for_update().filter(id__in=place).first()
    if conversation is None:
        raise NotFound
    message = Message.objects.get(id=message_id)
    message.conversation = conversation
    return message


def _is_unsent(message: Message) -> bool:
    return bool(message.data.get("kind") == "unsent")


def _rewrite(message: Message, body: str, what: AnySaid) -> None:
    """Change what was said, and what the list and the log have of it."""
    words = retelling.preview_of(message)
    if retelling.is_newest(message):
        kind = said.plain(what).get("kind", "")
        preview = {"preview": body[: retelling.MOST_PREVIEW], "preview_kind": kind}
        Conversation.objects.filter(id=message.conversation_id).update(**preview)
    _change(message, body, what)
    retelling.retell(message, words)


def _change(
    message: Message, body: str, what: AnySaid, files: Sequence[AttachmentRow] = ()
) -> None:
    """Keep who said it, what it answers and its place: those do not change with the words."""
    known = said.read(message.data)
    quoted = None if isinstance(what, said.Unsent) else what.quoted or known.quoted
    author = None if isinstance(what, said.Unsent) else what.author or known.author
    what = replace(what, quoted=quoted, author=author, after_seq=known.after_seq)
    attachments = {"attachments": msgspec.to_builtins(list(files))} if files else {}
    Conversation.objects.filter(id=message.conversation_id).update(version=F("version") + 1)
    message.version = Conversation.objects.values_list("version", flat=True).get(
        id=message.conversation_id
    )
    message.body, message.data = body, {**said.plain(what), **attachments}
    message.save(update_fields=["body", "data", "version"])
    events.append("message.changed", conversation_id=message.conversation_id, message_id=message.id)
