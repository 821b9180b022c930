"""What of LINE does not stay: used tokens, old events, and all of somebody who is erased."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from customers.erasing import Subject
from customers.retention import Rule
from integrations.line import wakes
from integrations.line.actions import authors
from integrations.line.models import (
    Crossing,
    LineChat,
    LineEvent,
    LineMember,
    LinkNonce,
    ReplyToken,
    Tombstone,
)
from integrations.line.models.events import OPEN
from integrations.line.wire import NO_CHAT

DAYS = 30
BATCH = 2_000


def forget_tokens() -> None:
    """Reply tokens are good for minutes; nonces and ways to LINE until their time is over.

    Chats of which nothing is left go as well: a repeat of what was erased has begun them.
    """
    old = Now() - timedelta(days=1)
    ReplyToken.objects.filter(received_at__lt=old).delete()
    LinkNonce.objects.filter(expires_at__lt=old).delete()
    Crossing.objects.filter(expires_at__lt=old).delete()
    Tombstone.objects.filter(unsent_at__lt=Now() - timedelta(days=DAYS)).delete()
    empty = LineChat.objects.filter(profile=None, events=None, created_at__lt=old)
    empty.exclude(friend=LineChat.Friend.BLOCKED).delete()


def count_events(moment: datetime) -> int:
    return _over(moment).count()


def forget_events(moment: datetime) -> int:
    """Delete a batch of events as LINE has told them; what became of them stays."""
    batch = list(_over(moment).order_by("received_at").values_list("id", flat=True)[:BATCH])
    LineEvent.objects.filter(id__in=batch).delete()
    return len(batch)


def erase_chats(subject: Subject) -> Counter[str]:
    """Chats of an erased customer with all that hangs on them: their key is who somebody is.

    In groups nobody knows any more what they said. Their events stay as what has been told, with
    nothing in them: LINE may tell them once more.
    """
    chats = LineChat.objects.filter(profile_id__in=subject.profile_ids)
    # First, as whoever handles their events; what is told meanwhile waits, and begins anew.
    erased = list(chats.select_for_update().order_by("id"))
    for chat in erased:
        _forget_chat(chat)
    Crossing.objects.filter(profile_id__in=subject.profile_ids).delete()
    LinkNonce.objects.filter(profile_id__in=subject.profile_ids).delete()
    return +Counter(line_chats=len(erased))


@transaction.atomic
def begin_anew(chat: LineChat) -> None:
    """Somebody who was erased goes on writing, and the erasure has not come to LINE yet.

    What we had of them goes now: later nothing would tell it from what they say from here on.
    """
    _forget_chat(LineChat.objects.select_for_update().get(id=chat.id))


def _forget_chat(chat: LineChat) -> None:
    """What has come since they were erased goes to a new chat, of which we know nothing."""
    nobody, _made = LineChat.objects.get_or_create(channel_id=chat.channel_id, chat_key=NO_CHAT)
    told = LineEvent.objects.filter(chat=chat)
    waiting = list(_told_since(chat).values_list("id", flat=True))
    told.exclude(id__in=waiting).update(
        chat=nobody, raw={}, line_message_id="", state=LineEvent.State.REDACTED
    )
    told.update(chat=nobody)
    if chat.kind == "user":
        here = LineMember.objects.filter(chat__channel=chat.channel_id)
        authors.forget(here.filter(user_id=chat.line_id))
    channel_id, key = chat.channel_id, chat.chat_key
    chat.delete()
    if waiting:
        anew = LineChat.objects.create(channel_id=channel_id, chat_key=key)
        LineEvent.objects.filter(id__in=waiting).update(chat=anew)
        transaction.on_commit(partial(wakes.chats.tell, anew.id))


def _told_since(chat: LineChat) -> QuerySet[LineEvent]:
    erased_at = chat.profile.customer.erased_at if chat.profile else None
    told = LineEvent.objects.filter(chat=chat, state__in=OPEN)
    return told.filter(received_at__gt=erased_at) if erased_at else told.none()


RULE = Rule(
    "line_events", _("What LINE has told, as it came"), count_events, forget_events, lambda: DAYS
)


def _over(moment: datetime) -> QuerySet[LineEvent]:
    return LineEvent.objects.filter(received_at__lt=moment).exclude(state=LineEvent.State.PENDING)
