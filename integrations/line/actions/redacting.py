"""What was taken back leaves LINE's tables too: nothing of what was said stays in any row."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from integrations.line.models import LineContent, LineEvent, LineMessage, Tombstone
from integrations.line.models.events import OPEN

KEPT = ("type", "mode", "timestamp", "webhookEventId", "source", "unsend")
"""The members of an event that hold nothing of what was said."""


def is_taken_back(event: LineEvent) -> bool:
    """Whether the message that it brings or edits was taken back before it was told."""
    if not event.line_message_id or event.type == "unsend":
        return False
    graves = Tombstone.objects.filter(channel=event.channel_id, line_id=event.line_message_id)
    return graves.exists()


def redact(channel_id: UUID, line_id: str) -> None:
    """Strip the events that brought or edited a message, and what we had of its file.

    One that is still to be handled will be, as the shell of a message.
    """
    told = LineEvent.objects.filter(channel_id=channel_id, line_message_id=line_id)
    strip(told)
    settled = told.exclude(type="unsend").exclude(state__in=OPEN)
    settled.update(state=LineEvent.State.REDACTED, error="")
    bubbles = LineMessage.objects.filter(channel_id=channel_id, line_id=line_id)
    bubbles.update(quote_token="", read_token="")
    LineContent.objects.filter(line_message__in=bubbles).update(
        state=LineContent.State.GONE, name="", lease=None, leased_until=None
    )


def strip(events: QuerySet[LineEvent]) -> None:
    """Leave nothing of what was said in events as LINE has told them."""
    for event in events.select_for_update().order_by("id"):
        LineEvent.objects.filter(id=event.id).update(raw=_stripped(event.raw))


def _stripped(raw: dict[str, Any]) -> dict[str, Any]:
    return {name: raw[name] for name in KEPT if name in raw}
