"""Messages, from operators and from customers. Both end in `talk.store`, the only writer."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from msgspec.structs import replace

from customers.models import Profile
from talk import events, queries, store
from talk.actions import inquiries
from talk.actions.access import visitor_of
from talk.actions.outgoing import SPEAKS_FOR_ITSELF, outgoing_data
from talk.errors import BodyChanged, Erased, Invalid, NoSuchUpload, NotFound
from talk.models import Attachment, Conversation, Inbox, Message
from talk.policy import Actor, Permission, Visitor, require
from talk.protocol import check_text
from talk.queries import sql
from talk.rows import (
    CONVERSATION_JOINS,
    CONVERSATION_JSON,
    MESSAGE_JOINS,
    MESSAGE_JSON,
    AttachmentRow,
    json_object,
)
from talk.store import NewMessage, Outcome, Stored, StoredRows


@transaction.atomic
def send(
    actor: Actor,
    *,
    conversation_id: UUID,
    client_id: UUID,
    body: str,
    attachment_ids: tuple[UUID, ...] = (),
    data: Mapping[str, Any] | None = None,
) -> StoredRows:
    """Store an operator's answer; the delivery to its channel follows from the row.

    `data` says what it is besides text (`talk.said`), where the inbox's channel carries it.
    """
    message = outgoing(
        actor,
        conversation_id=conversation_id,
        client_id=client_id,
        body=body,
        attachment_ids=attachment_ids,
        data=data,
    )
    [stored] = store.write([message])
    rows = rows_of(stored)
    return StoredRows(actor.mask.conversation(rows.conversation), rows.message)


def outgoing(
    actor: Actor,
    *,
    conversation_id: UUID,
    client_id: UUID,
    body: str,
    attachment_ids: tuple[UUID, ...] = (),
    data: Mapping[str, Any] | None = None,
) -> NewMessage:
    """Return what is to be stored, after every check that needs the database."""
    row = queries.conversation_row(actor, conversation_id)
    require(actor, Permission.MESSAGE_SEND, row.inbox_id)
    what = outgoing_data(row, body, data)
    own = Q(operator_id=actor.operator_id)
    return NewMessage(
        conversation_id=conversation_id,
        sender="operator",
        operator_id=actor.operator_id,
        client_id=client_id,
        body=body if what.get("kind") in SPEAKS_FOR_ITSELF else _checked(body, attachment_ids),
        data=what,
        attachments=attachments_of(own, row.inbox_id, attachment_ids, client_id),
    )


def receive(
    visitor: Visitor, *, client_id: UUID, body: str, attachment_ids: tuple[UUID, ...] = ()
) -> StoredRows:
    """Store a customer's message in their current conversation, or in a new one.

    A conversation that was resolved longer ago than the inbox's window stays as it is; a new one
    begins beside it. A repeat is known in all of the customer's conversations in the inbox, however
    long ago it was stored. Appends `conversation.created` where one begins, then `message.created`.
    """
    text = _checked(body, attachment_ids)
    own = Q(profile_id=visitor.profile_id)
    with transaction.atomic():
        attachments = attachments_of(own, visitor.inbox_id, attachment_ids, client_id)
        # The profile's lock makes two tabs that write their first words share a conversation. Who
        # it is may have changed since the bearer was asked: it may be a member's by now.
        profiles = Profile.objects.select_related("customer").select_for_update(
            of=("self",), no_key=True
        )
        profile = profiles.get(id=visitor.profile_id)
        if profile.customer.erased_at is not None:
            raise NotFound  # as for the token, which has ended
        visitor = visitor_of(profile, visitor.inbox_id)
        conversation_id = (
            current_conversation(visitor)
            or said_in(visitor, client_id)
            or begin_conversation(visitor)
        )
        message = NewMessage(
            conversation_id=conversation_id,
            sender="customer",
            client_id=client_id,
            body=text,
            attachments=attachments,
        )
        [stored] = store.write([message])
        if stored.outcome is Outcome.EXPIRED:
            again = replace(message, conversation_id=begin_conversation(visitor))
            [stored] = store.write([again])
    return rows_of(stored)


def current_conversation(visitor: Visitor) -> UUID | None:
    """Return the conversation that a message of this visitor belongs to, if there is one: what is
    open goes before what is over, as a conversation may come from another inbox.
    """
    newest = (
        Conversation.objects.filter(profile_id__in=visitor.profile_ids, inbox_id=visitor.inbox_id)
        .annotate(reopen_days=F("inbox__reopen_days"), now=Now())
        .order_by(F("resolved_at").desc(nulls_first=True), "-created_at")
        .first()
    )
    if newest is None:
        return None
    if newest.resolved_at is None:
        return newest.id
    window = timedelta(days=newest.reopen_days)
    return newest.id if newest.resolved_at >= newest.now - window else None


def rows_of(stored: Stored) -> StoredRows:
    """Return the rows of what was stored now or before; raise what prevented it."""
    if stored.outcome is Outcome.STORED:
        return stored.decoded()
    if stored.outcome is Outcome.DUPLICATE:
        return stored_before(stored.message_id)
    if stored.outcome is Outcome.CONFLICT:
        raise BodyChanged
    if stored.outcome is Outcome.ERASED:
        raise Erased
    raise NotFound


def attachments_of(
    owner: Q, inbox_id: UUID, ids: tuple[UUID, ...], client_id: UUID
) -> tuple[AttachmentRow, ...]:
    """Return the rows of uploads that are the sender's own, of this inbox, and not sent yet.

    Those that the same message has claimed in an earlier try count as not sent. They are locked,
    so that none is discarded or claimed by another message until this one is stored. Raises
    `NoSuchUpload` for what is anything else.
    """
    if not ids:
        return ()
    if len(set(ids)) < len(ids):
        raise Invalid("attachment_ids", "A file is in a message once")
    most = Inbox.objects.values_list("attachments_per_message", flat=True).get(id=inbox_id)
    if len(ids) > most:
        raise Invalid("attachment_ids", f"At most {most} attachments in one message", most=most)
    free = Q(message__isnull=True) | Q(message__client_id=client_id)
    found = {
        upload.id: upload
        for upload in Attachment.objects.select_for_update(of=("self",))
        .filter(owner, free, inbox_id=inbox_id, id__in=ids)
        .order_by("id")
    }
    missing = [str(id) for id in ids if id not in found]
    if missing:
        raise NoSuchUpload("attachment_ids", f"There is no such upload: {', '.join(missing)}")
    return tuple(attachment_row(found[id]) for id in ids)


def attachment_row(upload: Attachment) -> AttachmentRow:
    return AttachmentRow(
        id=upload.id,
        name=upload.name,
        media_type=upload.media_type,
        size=upload.size,
        width=upload.width,
        height=upload.height,
        url=f"/api/v1/attachments/{upload.id}/content",
    )


def _checked(body: str, attachment_ids: tuple[UUID, ...]) -> str:
    check_text(body)
    if not body.strip() and not attachment_ids:
        raise Invalid("body", "A message needs a text or an attachment")
    return body


def said_in(visitor: Visitor, client_id: UUID) -> UUID | None:
    """Return the conversation that has a message of this `client_id` already."""
    known = Message.objects.filter(
        conversation__profile_id__in=visitor.profile_ids,
        conversation__inbox_id=visitor.inbox_id,
        sender=Message.Sender.CUSTOMER,
        client_id=client_id,
    )
    return known.values_list("conversation_id", flat=True).first()


def begin_conversation(visitor: Visitor) -> UUID:
    conversation = Conversation.objects.create(
        inbox_id=visitor.inbox_id,
        customer_id=visitor.customer_id,
        profile_id=visitor.profile_id,
        version=1,
        visitor_version=1,
        last_at=Now(),
    )
    # The newest is the one that messages go to, whatever the time is in this process.
    Conversation.objects.filter(id=conversation.id).update(created_at=Now())
    events.append("conversation.created", conversation_id=conversation.id, visitor=True)
    inquiries.begin(visitor.customer_id)
    return conversation.id


def stored_before(message_id: UUID) -> StoredRows:
    both = json_object({"conversation": CONVERSATION_JSON, "message": MESSAGE_JSON})
    return sql.only(
        StoredRows,
        f"SELECT {both}::text FROM talk_message m {MESSAGE_JOINS}"
        f" JOIN talk_conversation c ON c.id = m.conversation_id {CONVERSATION_JOINS}"
        " WHERE m.id = %(id)s",
        {"id": message_id},
    )
