"""From a website's chat to LINE. A code only tells where somebody comes from; a log-in with LINE
proves who they are there, and makes the two one customer under the rules of `customers`.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse

from customers.actions.vouching import vouch
from customers.identifiers import BadIdentifier, Kind, Verifier
from customers.models import Context, Profile
from customers.suppression import Suppressed
from customers.turns import take_turn
from integrations.line import crossings
from integrations.line.actions import account_link, people
from integrations.line.actions.login import LoggedIn
from integrations.line.actions.standing import standing_of, tell_standing
from integrations.line.models import AccountLink, Crossing, LineChannel, LineChat
from talk import clock
from talk.actions import channel_messages, handover
from talk.actions.access import digest
from talk.actions.messages import current_conversation
from talk.errors import Erased
from talk.models import Inbox
from talk.policy import Visitor

State = Crossing.State
LIFE: Final = timedelta(minutes=30)
LONGEST_JOINED: Final = timedelta(days=30)
MOST_WAITING: Final = 5
"""Of one visitor: who begins anew lets go of the oldest."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What the widget shows. `login` is "" where the account has no LINE Login."""

    crossing: Crossing
    address: str
    login: str


def begin(visitor: Visitor, channel: LineChannel, *, language: str) -> Begun:
    """Open a way to LINE for a visitor, good for half an hour."""
    token = secrets.token_urlsafe(24)
    crossing = _open(visitor, channel, token)
    login = _login_address(token) if channel.login_channel_id else ""
    address = crossings.chat_address(
        settings.LINE_APP_BASE, basic_id=channel.basic_id, code=crossing.code, language=language
    )
    return Begun(crossing, address, login)


def channel_for(inbox: Inbox) -> LineChannel | None:
    """Return the account that a website offers, the oldest of several."""
    offered = LineChannel.objects.filter(setup__offered_on=inbox, inbox__is_active=True)
    return offered.order_by("created_at").first()


def find(token: str) -> Crossing | None:
    """Return the way that waits for this token."""
    waiting = Crossing.objects.select_related("channel__inbox", "inbox", "profile")
    return waiting.filter(
        token_hash=digest(token), state=State.WAITING, expires_at__gt=Now()
    ).first()


def bring_context(chat: LineChat, text: str) -> bool:
    """Tell operators where somebody comes from, if the message brings a code along.

    Under the lock of the chat. Nobody is joined by it. Writes a line into both conversations.
    """
    code = crossings.code_in(text)
    if not code or chat.conversation_id is None:
        return False
    waiting = Crossing.objects.filter(
        channel_id=chat.channel_id,
        code=code,
        state=State.WAITING,
        expires_at__gt=Now(),
    )
    crossing = waiting.select_for_update(of=("self",)).select_related("inbox", "profile").first()
    if crossing is None:
        return False
    _set(crossing, State.TOLD)
    _note_both(crossing, chat.conversation_id)
    return True


def cross(crossing: Crossing, proved: LoggedIn) -> Crossing:
    """Make the visitor and the LINE user one, as LINE has just proved them to be.

    Where the rules of identity stand against it nobody is joined, and operators find a conflict.
    The conversation goes on in LINE, in the same thread: at once where LINE shows them what we
    send, otherwise with their first sign there (`arrive`). Returns the crossing as it stands.
    """
    chat = _chat_of(crossing.channel, proved.user_id)
    with transaction.atomic():
        chat = people.lock_chat(chat.id)
        take_turn()
        # Of two answers of LINE one finds it waiting.
        taken = Crossing.objects.select_for_update(of=("self",)).get(id=crossing.id)
        if taken.state != State.WAITING:
            return taken
        _note_friend(chat, proved)
        _vouch(crossing.profile_id, proved.user_id)
        taken.chat = chat
        if not _are_one(crossing, chat):
            return _set(taken, State.CONFLICT)
        is_reached = not standing_of(chat).why
        if is_reached:
            _hand_over(taken, chat)
        account_link.note_linked(chat, way=AccountLink.Way.LOGIN, key=str(crossing.id))
        taken.expires_at = clock.now() + (LIFE if is_reached else LONGEST_JOINED)
        return _set(taken, State.DONE if is_reached else State.JOINED)


def arrive(chat: LineChat) -> None:
    """Let the conversation follow somebody who had logged in before LINE let us write to them.

    Under the lock of the chat, as they write or become a friend.
    """
    joined = Crossing.objects.filter(chat=chat, state=State.JOINED)
    for crossing in joined.select_for_update(of=("self",)).order_by("created_at"):
        if _are_one(crossing, chat):
            _hand_over(crossing, chat)
            _set(crossing, State.DONE)
        else:  # they were parted meanwhile
            _set(crossing, State.CONFLICT)


def _open(visitor: Visitor, channel: LineChannel, token: str) -> Crossing:
    own = Crossing.objects.filter(profile_id=visitor.profile_id, channel=channel)
    kept = own.order_by("-created_at").values_list("id", flat=True)[: MOST_WAITING - 1]
    own.exclude(id__in=list(kept)).filter(state=State.WAITING).delete()
    return Crossing.objects.create(
        channel=channel,
        profile_id=visitor.profile_id,
        inbox_id=visitor.inbox_id,
        conversation_id=current_conversation(visitor),
        code=crossings.new_code(),  # 40 bits, and few wait at a time
        number=crossings.new_number(),
        token_hash=digest(token),
        expires_at=Now() + LIFE,
    )


def _login_address(token: str) -> str:
    return settings.PUBLIC_URL + reverse("line_continue", args=[token])


def _chat_of(channel: LineChannel, user_id: str) -> LineChat:
    """Return the chat of a LINE user, who may never have written yet."""
    chat, _ = LineChat.objects.get_or_create(channel=channel, chat_key=f"user:{user_id}")
    with transaction.atomic():
        locked = people.lock_chat(chat.id)
        if people.needs_person(locked):
            people.begin_person(locked)
    return locked


def _note_friend(chat: LineChat, proved: LoggedIn) -> None:
    """What LINE says now; an event that is older changes it no more."""
    if proved.is_friend:
        chat.friend, chat.friend_at = LineChat.Friend.FRIEND, clock.now()
        chat.save(update_fields=["friend", "friend_at"])


def _vouch(profile_id: UUID, user_id: str) -> None:
    profile = Profile.objects.select_for_update().get(id=profile_id)
    try:
        vouch(profile, Kind.LINE, user_id, Verifier.LINE)
    except (BadIdentifier, Suppressed):
        return


def _are_one(crossing: Crossing, chat: LineChat) -> bool:
    chat.refresh_from_db(fields=["profile"])
    ids = Profile.objects.filter(id__in=[crossing.profile_id, chat.profile_id])
    return len(set(ids.values_list("customer_id", flat=True))) == 1


def _hand_over(crossing: Crossing, chat: LineChat) -> None:
    if crossing.conversation_id is None or chat.profile_id is None:
        return
    try:
        goes_on_in = handover.hand_over(
            crossing.conversation_id, inbox_id=crossing.channel_id, profile_id=chat.profile_id
        )
    except Erased:
        return
    LineChat.objects.filter(pk=chat.pk).update(conversation_id=goes_on_in)
    chat.conversation_id = goes_on_in
    tell_standing(chat)


def _set(crossing: Crossing, state: str) -> Crossing:
    crossing.state = state
    crossing.save(update_fields=["state", "chat", "expires_at"])
    return crossing


def _note_both(crossing: Crossing, conversation_id: UUID) -> None:
    """The page they were on is what a website told: it may be anybody's."""
    page = _page_of(crossing.profile)
    came = {
        "code": "from_web",
        "inbox": crossing.inbox.name,
        "conversation_id": str(crossing.conversation_id) if crossing.conversation_id else None,
        "is_proven": False,
        **page,
    }
    channel_messages.note_line(conversation_id, came)
    if crossing.conversation_id:
        went = {"code": "to_channel", "conversation_id": str(conversation_id)}
        channel_messages.note_line(crossing.conversation_id, went)


def _page_of(profile: Profile) -> dict[str, str]:
    context = Context.objects.filter(customer_id=profile.customer_id).first()
    if context is None:
        return {"url": "", "title": ""}
    data = context.data
    pages = data.get("pages") or []
    last = data.get("page") or (pages[0] if pages else {})
    return {"url": str(last.get("url") or ""), "title": str(last.get("title") or "")[:200]}
