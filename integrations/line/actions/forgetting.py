"""What of LINE does not stay: used tokens, old events, and all of somebody who is erased."""

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from customers.erasing import Subject
from customers.retention import Rule
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
    list(chats.select_for_update().order_by("id"))  # first, as whoever handles their events
    for channel_id in set(chats.values_list("channel_id", flat=True)):
        told = LineEvent.objects.filter(chat__in=chats, channel_id=channel_id)
        nobody, _made = LineChat.objects.get_or_create(channel_id=channel_id, chat_key=NO_CHAT)
        told.update(chat=nobody, raw={}, line_message_id="", state=LineEvent.State.REDACTED)
    ids = [chat.line_id for chat in chats if chat.kind == "user"]
    channels = chats.values("channel_id")
    authors.forget(LineMember.objects.filter(chat__channel__in=channels, user_id__in=ids))
    Crossing.objects.filter(profile_id__in=subject.profile_ids).delete()
    LinkNonce.objects.filter(profile_id__in=subject.profile_ids).delete()
    _all, by_model = chats.delete()
    return +Counter(line_chats=by_model.get(LineChat._meta.label, 0))


RULE = Rule(
    "line_events", _("What LINE has told, as it came"), count_events, forget_events, lambda: DAYS
)


def _over(moment: datetime) -> QuerySet[LineEvent]:
    return LineEvent.objects.filter(received_at__lt=moment).exclude(state=LineEvent.State.PENDING)
