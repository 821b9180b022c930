"""How a chat stands for who wants to answer: for nothing, at a price, or not at all."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, cast
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from customers import clock
from integrations.line.models import LineChat, ReplyToken
from talk.actions import channel_state
from talk.channel_states import ConversationChannel
from talk.models import Conversation

FREE = timedelta(seconds=50)  # LINE takes a reply token for about a minute
LONGEST_TOKEN_AGE = timedelta(minutes=20)  # since the event; those of redelivered ones
PUSH_TO_STRANGERS = timedelta(days=7)
Out = Literal["", "standby", "blocked", "left"]
WHYS: Mapping[Out, Literal["", "standby", "blocked"]] = {
    "": "",
    "standby": "standby",
    "blocked": "blocked",
    "left": "blocked",  # consoles know that it is a group
}


def free_token(chat: LineChat) -> ReplyToken | None:
    """Return the newest token that an answer could use now."""
    good = ReplyToken.objects.filter(
        chat=chat,
        used_at=None,
        received_at__gt=Now() - FREE,
        occurred_at__gt=Now() - LONGEST_TOKEN_AGE,
    )
    return good.order_by("-received_at", "-id").first()


def standing_of(chat: LineChat) -> ConversationChannel:
    """Return what the conversation's row says. Of strangers we know no friendship, only that LINE
    takes messages to them for seven days after theirs.
    """
    is_user = chat.kind == "user"
    out = out_of_reach(chat)
    token = None if out else free_token(chat)
    is_late = not out and token is None and is_too_late(chat)
    return ConversationChannel(
        can_send=not (out or is_late),
        why="seven_days" if is_late else WHYS[out],
        free_until=_moment(token.received_at + FREE) if token else None,
        push_until=_push_until(chat),
        is_friend={"friend": True, "blocked": False}.get(chat.friend) if is_user else None,
        chat=cast(Literal["user", "group", "room"], chat.kind),
        members=chat.member_count,
    )


def tell_standing(chat: LineChat) -> None:
    """Tell consoles how the chat's conversation stands, if that has changed."""
    if chat.conversation_id is not None and is_own_thread(chat):
        channel_state.tell_conversation(chat.conversation_id, standing_of(chat))


def is_own_thread(chat: LineChat) -> bool:
    """Whether the thread where they spoke last is still theirs."""
    if chat.conversation_id is None or chat.profile_id is None:
        return False
    own = Conversation.objects.filter(id=chat.conversation_id, profile_id=chat.profile_id)
    return own.exists()


@transaction.atomic
def tell_standing_now(chat_id: UUID) -> None:
    """The same for who has read the chat a while ago: as it is by now, if it still is."""
    chat = LineChat.objects.select_for_update(no_key=True).filter(id=chat_id).first()
    if chat is not None:
        tell_standing(chat)


def _push_until(chat: LineChat) -> str | None:
    is_stranger = chat.kind == "user" and chat.friend == LineChat.Friend.UNKNOWN
    if not is_stranger or chat.last_inbound_at is None:
        return None
    return _moment(chat.last_inbound_at + PUSH_TO_STRANGERS)


def is_too_late(chat: LineChat) -> bool:
    """Whether LINE would take a push without showing it: to a stranger, who has written nothing
    for seven days, or never. What they tap can still be replied to.
    """
    if chat.kind != "user" or chat.friend == LineChat.Friend.FRIEND:
        return False
    last = chat.last_inbound_at
    return last is None or clock.now() - last > PUSH_TO_STRANGERS


def out_of_reach(chat: LineChat) -> Out:
    """Return why nothing may be sent to this chat at all; "" if something may."""
    if chat.is_standby:
        return "standby"
    if chat.friend == LineChat.Friend.BLOCKED:
        return "blocked"
    return "" if chat.is_member else "left"


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
