"""What a group is told that we are taken into and do not take part in: once, for nothing.

Best effort: a greeting that is lost is not made up for, as its token is good for a minute.
"""

from typing import Final
from uuid import UUID

import msgspec
import structlog
from django.conf import settings

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
log = structlog.stdlib.get_logger("sobani.line")


def greet(chat_id: UUID) -> None:
    """Say where we can be reached; then leave, where the channel wants it."""
    chat = LineChat.objects.select_related("channel").filter(id=chat_id).first()
    if chat is None or not _is_due(chat):
        return
    try:
        _reply(chat)
        if chat.channel.leaves_groups:
            call(chat.channel, "POST", LEAVE, chat.kind, chat.line_id)
    except (Unauthorised, NotSent, NoAnswer) as error:
        log.info("line_group_not_greeted", chat=str(chat_id), error=type(error).__name__)


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
