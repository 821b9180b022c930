"""What a group is told that we are taken into and do not take part in: once, for nothing.

A greeting that is lost is not made up for, as its token is good for a minute. What has to be left
is left later.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
import structlog
from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from integrations.line.actions.parts import claim_token
from integrations.line.actions.people import GROUPS
from integrations.line.calls import call
from integrations.line.client import NoAnswer, NotSent
from integrations.line.models import LineChannel, LineChat
from integrations.line.tokens import Unauthorised

REPLY: Final = "/v2/bot/message/reply"
LEAVE: Final = "/v2/bot/{}/{}/leave"
WORDS: Final = {
    "ja": "ご招待ありがとうございます。グループではお問い合わせを承っていません。"
    "お手数ですが、このアカウントとの1対1のトークでご連絡ください。",
    "en": "Thank you for inviting us. We do not answer in groups:"
    " please write to this account in a chat of your own.",
}
GREETED_WITHIN: Final = timedelta(minutes=2)
log = structlog.stdlib.get_logger("sobani.line")


def greet(chat_id: UUID) -> None:
    """Say where we can be reached; then leave, where the channel wants it."""
    chat = LineChat.objects.select_related("channel").filter(id=chat_id).first()
    if chat is None or not _is_due(chat):
        return
    try:
        _reply(chat)
        if chat.channel.leaves_groups:
            _leave(chat)
    except (Unauthorised, NotSent, NoAnswer) as error:
        log.info("line_group_not_greeted", chat=str(chat_id), error=type(error).__name__)


def groups_to_leave() -> list[UUID]:
    """Return the groups that the channel's setting wants left, and that we are still in."""
    off = {
        "channel__group_policy": LineChannel.GroupPolicy.OFF,
        "channel__leaves_groups": True,
        "channel__inbox__is_active": True,
    }
    rows = LineChat.objects.filter(is_member=True, last_event_at__lt=Now() - GREETED_WITHIN, **off)
    rows = rows.filter(Q(chat_key__startswith="group:") | Q(chat_key__startswith="room:"))
    return list(rows.order_by("last_event_at").values_list("id", flat=True)[:100])


def leave(chat_id: UUID) -> None:
    """Leave a group that was not left when we were taken into it."""
    chat = LineChat.objects.select_related("channel").get(id=chat_id)
    try:
        _leave(chat)
    except (Unauthorised, NotSent, NoAnswer) as error:
        log.info("line_group_not_left", chat=str(chat_id), error=type(error).__name__)


def _leave(chat: LineChat) -> None:
    """LINE knows nothing of a group in which we are not."""
    answer = call(chat.channel, "POST", LEAVE, chat.kind, chat.line_id)
    if answer.is_ok or answer.status in (400, 404):
        LineChat.objects.filter(id=chat.id).update(is_member=False)


def _is_due(chat: LineChat) -> bool:
    is_off = chat.channel.group_policy == LineChannel.GroupPolicy.OFF
    return is_off and chat.kind in GROUPS and chat.is_member


def _reply(chat: LineChat) -> None:
    """With the token of our joining: of two workers one gets it."""
    token = claim_token(chat.id)
    if token is None:
        return
    words = WORDS["en" if settings.LANGUAGE_CODE.startswith("en") else "ja"]
    told = {"replyToken": token.token, "messages": [{"type": "text", "text": words}]}
    call(chat.channel, "POST", REPLY, content=msgspec.json.encode(told))
