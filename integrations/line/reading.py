"""What customers see of us besides words: that their messages were read, and that we write.

Both are asked of LINE by a worker, once, and nobody waits for it: what fails is not tried again.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from integrations.line.calls import call
from integrations.line.client import NoAnswer, NotSent
from integrations.line.models import LineChannel, LineChat, LineMessage
from integrations.line.queries import chat_of
from integrations.line.tokens import Unauthorised
from talk.models import Conversation, Message

LOADING_EVERY = timedelta(seconds=15)
LOADING_SECONDS = 20
USED = ""
Policy = LineChannel.ReadPolicy
logger = structlog.stdlib.get_logger("sobani.line")


def read_by_opening(conversation_id: UUID, seq: int) -> None:
    """An operator has read up to a message (`talk.channels`)."""
    chat = _chat_of(conversation_id)
    if chat is not None and chat.channel.read_policy == Policy.ON_OPEN:
        _mark_read(chat, _up_to(conversation_id, seq))


def read_by_answer(chat: LineChat, answer: Message) -> None:
    """An answer has left: all that was said before it is read. What came since, maybe not."""
    if chat.channel.read_policy == Policy.ON_REPLY:
        _mark_read(chat, _up_to(answer.conversation_id, answer.seq))


def show_writing(conversation_id: UUID) -> None:
    """An operator writes (`talk.channels`). LINE shows it for a while, to persons only."""
    chat = _chat_of(conversation_id)
    if chat is None or chat.kind != "user" or not _take_loading(chat):
        return
    asked = {"chatId": chat.line_id, "loadingSeconds": LOADING_SECONDS}
    _ask(chat.channel, "/v2/bot/chat/loading/start", asked)


def _chat_of(conversation_id: UUID) -> LineChat | None:
    conversation = Conversation.objects.filter(id=conversation_id, erased_at=None).first()
    if conversation is None:
        return None
    return chat_of(conversation.inbox_id, conversation.profile_id)


def _up_to(conversation_id: UUID, seq: int) -> Q:
    return Q(message__conversation_id=conversation_id, message__seq__lte=seq)


def _take_loading(chat: LineChat) -> bool:
    # One UPDATE decides: several operators type, in several processes.
    due = Q(loading_at__isnull=True) | Q(loading_at__lt=Now() - LOADING_EVERY)
    free = LineChat.objects.filter(due, id=chat.id, is_standby=False)
    return bool(free.exclude(friend=LineChat.Friend.BLOCKED).update(loading_at=Now()))


def _mark_read(chat: LineChat, which: Q) -> None:
    """Tell LINE of the newest message with a token: it means all before it as well."""
    if chat.is_standby or chat.channel.chat_mode == "bot":
        return
    token = _take_newest(chat, which)
    if token:
        _ask(chat.channel, "/v2/bot/chat/markAsRead", {"markAsReadToken": token})


@transaction.atomic
def _take_newest(chat: LineChat, which: Q) -> str:
    """Return the newest token and use up those before it; "" when another has taken it."""
    # Of two who look, the second waits here, and finds what the first has left.
    chat = LineChat.objects.select_for_update(no_key=True).get(id=chat.id)
    unread = LineMessage.objects.filter(chat=chat).exclude(read_token=USED)
    newest = unread.filter(which).order_by("occurred_at", "id").last()
    if newest is None:
        return ""
    unread.filter(occurred_at__lte=newest.occurred_at).update(read_token=USED)
    return newest.read_token


def _ask(channel: LineChannel, endpoint: str, asked: Mapping[str, object]) -> None:
    body = json.dumps(asked).encode()
    try:
        call(channel, "POST", endpoint, content=body)
    except (NotSent, NoAnswer, Unauthorised) as error:
        logger.info("line_not_told", endpoint=endpoint, error=type(error).__name__)
