"""Who of those that we do not know is a friend of ours: LINE tells it to verified accounts alone.

An account that was in use before it was connected has friends whose following nobody told us.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from customers import clock
from integrations.line.actions import strangers
from integrations.line.calls import call
from integrations.line.client import NoAnswer, NotSent
from integrations.line.models import LineChannel
from integrations.line.tokens import Unauthorised

ENDPOINT: Final = "/v2/bot/followers/ids"
PAGE: Final = 1000
MOST_PAGES: Final = 5000
EVERY: Final = timedelta(days=1)


class Untold(Exception):
    """LINE did not answer: it is asked again."""


def due_channels() -> list[UUID]:
    """Return the channels of active inboxes that have strangers and have not asked for a day."""
    old = Q(followers_at=None) | Q(followers_at__lt=clock.now() - EVERY)
    rows = LineChannel.objects.filter(old, Exists(strangers.of(OuterRef("pk"))))
    return list(rows.filter(inbox__is_active=True).values_list("pk", flat=True))


def ask(channel_id: UUID) -> None:
    """Read the whole list and make friends of the strangers in it. Five minutes later once more
    where LINE did not answer; a day later in any case.
    """
    channel = LineChannel.objects.get(pk=channel_id)
    began = clock.now()
    strangers.note_asked(channel.pk, at=began)
    try:
        is_told = _read(channel, began)
    except Untold:
        strangers.note_asked(channel.pk, at=began - EVERY + timedelta(minutes=5))
    else:
        strangers.note_told(channel.pk, is_told=is_told)


def _read(channel: LineChannel, began: datetime) -> bool:
    """Return whether LINE tells this account who its friends are."""
    for page in _pages(channel):
        if page is None:
            return False
        strangers.befriend(channel.pk, page, at=began)
        if not strangers.of(channel.pk).exists():
            return True
    return True


def _pages(channel: LineChannel) -> Iterator[list[str] | None]:
    """Yield the ids of friends, some at a time; None where LINE tells none. Raises `Untold`."""
    query = {"limit": str(PAGE)}
    for _ in range(MOST_PAGES):
        try:
            answer = call(channel, "GET", ENDPOINT, query=query)
        except (NotSent, NoAnswer, Unauthorised) as error:
            raise Untold from error
        if answer.status == 403:
            yield None
            return
        ids = answer.body.get("userIds")
        if not answer.is_ok or not isinstance(ids, list):
            raise Untold
        yield [str(each) for each in ids]
        following = answer.body.get("next")
        if not following:
            return
        query["start"] = str(following)
