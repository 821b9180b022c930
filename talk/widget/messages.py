"""The visitor's conversations: history, older messages, and sending while the socket is away."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from customers import clock
from talk.actions import messages
from talk.errors import Invalid, NotFound
from talk.models import Conversation
from talk.policy import Visitor
from talk.protocol import VisitorSend, convert
from talk.queries import VisitorHistory, visitor_history, visitor_messages_before
from talk.rows import VisitorConversationRow, VisitorMessageRow
from talk.widget import limits
from talk.widget.exchange import Exchange

NEWEST = 2**53


class History(VisitorHistory, frozen=True):
    """`now` is the server's clock: days are named by it, whatever the visitor's machine says."""

    now: datetime


class OlderMessages(Struct, frozen=True):
    messages: list[VisitorMessageRow]
    has_more: bool


class SentMessage(Struct, frozen=True):
    conversation: VisitorConversationRow
    message: VisitorMessageRow


def list_conversations(exchange: Exchange) -> History:
    visitor, _ = exchange.bearer
    limits.spend(limits.READS, "reads", visitor.profile_id.hex)
    found = visitor_history(visitor)
    return History(found.conversations, found.messages, found.has_more, now=clock.now())


def list_messages(exchange: Exchange) -> OlderMessages:
    """Up to 50 messages before a place; without one, the newest."""
    visitor, _ = exchange.bearer
    limits.spend(limits.READS, "reads", visitor.profile_id.hex)
    query = exchange.request.GET
    conversation_id = _uuid("conversation_id", query.get("conversation_id", ""))
    before = _place("before_seq", query.get("before_seq"))
    last_seq = last_seq_of(visitor, conversation_id)
    found = visitor_messages_before(visitor, conversation_id, min(before, last_seq + 1))
    return OlderMessages(found, has_more=bool(found) and found[0].seq > 1)


def send_message(exchange: Exchange) -> SentMessage:
    """The same command as on the socket; repeating it with the same client_id sends once."""
    visitor, _ = exchange.bearer
    limits.spend(limits.MESSAGES, "messages", visitor.profile_id.hex)
    command = convert(VisitorSend, exchange.json(dict[str, Any]))
    assert isinstance(command, VisitorSend)  # noqa: S101  # convert returns what it was given
    stored = messages.receive(
        visitor,
        client_id=command.client_id,
        body=command.body,
        attachment_ids=command.attachment_ids,
    )
    # What an operator's row has and a visitor's has not is left behind here.
    return msgspec.convert(msgspec.to_builtins(stored), SentMessage)


def last_seq_of(visitor: Visitor, conversation_id: UUID) -> int:
    """Raise `NotFound` for a conversation that is another's, as for one that does not exist."""
    own = Conversation.objects.filter(profile_id__in=visitor.profile_ids, inbox_id=visitor.inbox_id)
    last_seq = own.filter(id=conversation_id).values_list("last_seq", flat=True).first()
    if last_seq is None:
        raise NotFound
    return last_seq


def _uuid(field: str, text: str) -> UUID:
    try:
        return msgspec.convert(text, UUID)
    except msgspec.ValidationError:
        raise Invalid(field, "This is not a UUID") from None


def _place(field: str, text: str | None) -> int:
    if text is None:
        return NEWEST
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise Invalid(field, "This is not a place in a conversation")
    return int(text)
