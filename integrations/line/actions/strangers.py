"""Persons of whom nobody has told us whether they are friends of the account."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, QuerySet

from integrations.line.actions.standing import tell_standing
from integrations.line.models import LineChannel, LineChat

Friend = LineChat.Friend


def of(channel_id: UUID | OuterRef) -> QuerySet[LineChat]:
    """Return those of a channel who have written to it."""
    rows = LineChat.objects.filter(channel_id=channel_id, friend=Friend.UNKNOWN)
    return rows.filter(chat_key__startswith="user:", conversation__isnull=False)


def befriend(channel_id: UUID, user_ids: Iterable[str], *, at: datetime) -> None:
    """Note that these were friends at that moment; what LINE has told of later stands."""
    keys = [f"user:{each}" for each in user_ids]
    for id in of(channel_id).filter(chat_key__in=keys).values_list("id", flat=True):
        befriend_one(id, at)


@transaction.atomic
def befriend_one(chat_id: UUID, at: datetime) -> bool:
    """Return whether it was a stranger until now."""
    rows = LineChat.objects.select_for_update(no_key=True, of=("self",))
    chat = rows.filter(id=chat_id, friend=Friend.UNKNOWN).first()
    if chat is None:
        return False
    chat.friend, chat.friend_at = Friend.FRIEND, at
    chat.save(update_fields=["friend", "friend_at"])
    tell_standing(chat)
    return True


def note_asked(channel_id: UUID, *, at: datetime) -> None:
    LineChannel.objects.filter(pk=channel_id).update(followers_at=at)


def note_told(channel_id: UUID, *, is_told: bool) -> None:
    """Keep whether LINE tells this account at all."""
    LineChannel.objects.filter(pk=channel_id).update(tells_followers=is_told)
