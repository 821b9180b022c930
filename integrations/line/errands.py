"""What is to be sent, to whom, and whether it may be: read once for each attempt."""

import time
from dataclasses import dataclass
from uuid import UUID

import msgspec
from django.conf import settings
from django.utils import translation

from integrations.line.actions.standing import out_of_reach
from integrations.line.composing import Json, Media, Sender, Speech, compose, sender_of
from integrations.line.files import icon_url_of, is_kept, media_of
from integrations.line.models import LineChannel, LineChat, LineMessage
from integrations.line.queries import chat_of
from talk import said
from talk.actions.deliveries import UNSETTLED
from talk.channels import Permanent, Transient
from talk.models import Attachment, Delivery, Message
from talk.said import Said

ENOUGH_SECONDS = 45.0  # then the rest is left to the next lease


@dataclass(frozen=True, slots=True)
class Errand:
    """`asked` is how often an operator has asked for it again (`Delivery.asked`)."""

    message: Message
    channel: LineChannel
    chat: LineChat
    asked: int
    until: float
    """No call begins after this moment of the monotonic clock: the lease would not cover it."""


def errand_of(message_id: UUID) -> Errand:
    """Raise `Permanent` for a message that has nobody to go to in LINE."""
    message = (
        Message.objects.select_related("conversation__inbox__line", "operator")
        .only("id", "seq", "body", "data", "operator", "conversation")
        .get(id=message_id)
    )
    chat = chat_of(message.conversation.inbox_id, message.conversation.profile_id)
    if chat is None:
        raise Permanent("no_channel")
    asked = Delivery.objects.values_list("asked", flat=True).get(message_id=message_id)
    return Errand(message, chat.channel, chat, asked, time.monotonic() + ENOUGH_SECONDS)


def why_not(errand: Errand) -> str:
    """Return the reason why nothing may be sent to this chat; "" if it may.

    LINE would not say: it answers 200 for whoever has blocked the account.
    """
    if reason := out_of_reach(errand.chat):
        return reason
    _wait_for_earlier(errand)
    return ""


def calls_of(errand: Errand) -> list[list[Json]]:
    """Return LINE's message objects for this message, call by call."""
    message = errand.message
    told = _said_of(message)
    files = Attachment.objects.filter(message=message)
    order = {each["id"]: at for at, each in enumerate(message.data.get("attachments", []))}
    ordered = sorted(files, key=lambda each: order.get(str(each.id), len(order)))
    if ordered:
        _require_public_address()
    with translation.override(errand.chat.locale or settings.LANGUAGE_CODE):
        return compose(
            Speech(
                message.id,
                message.body,
                told,
                tuple(map(_media_of, ordered)),
                _quote_token(errand, told),
                _sender_of(errand),
            )
        )


def _media_of(attachment: Attachment) -> Media:
    if not is_kept(attachment):
        raise Permanent("file_gone")
    return media_of(attachment)


def _said_of(message: Message) -> Said:
    try:
        return said.read(message.data)
    except msgspec.ValidationError:
        return said.Text()


def _quote_token(errand: Errand, told: Said) -> str:
    if told.quoted is None or told.quoted.message_id is None:
        return ""
    quoted = LineMessage.objects.filter(chat=errand.chat, message_id=told.quoted.message_id)
    known = quoted.exclude(quote_token="").order_by("id")
    return known.values_list("quote_token", flat=True).first() or ""


def _sender_of(errand: Errand) -> Sender | None:
    operator = errand.message.operator
    if not errand.channel.sender_name or operator is None:
        return None
    icon = icon_url_of(operator)
    return sender_of(operator.name, icon if icon.startswith("https://") else "")


def _require_public_address() -> None:
    """LINE fetches files itself, and from https addresses only; a simulator is less strict."""
    is_real = settings.LINE_API_BASE.startswith("https://")
    if is_real and not settings.PUBLIC_URL.startswith("https://"):
        raise Permanent("unsupported: PUBLIC_URL")


def _wait_for_earlier(errand: Errand) -> None:
    """`talk` keeps the order within a conversation; a person may have two, one after the other.

    Only for the conversations before: so no two can ever wait for one another.
    """
    conversation = errand.message.conversation
    earlier = Delivery.objects.filter(
        state__in=UNSETTLED,
        message_id__lt=errand.message.id,
        message__conversation_id__lt=conversation.id,
        message__conversation__inbox_id=conversation.inbox_id,
        message__conversation__profile_id=conversation.profile_id,
    )
    if earlier.exists():
        raise Transient("busy", after_seconds=2)
