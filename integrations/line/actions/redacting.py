"""What was taken back leaves LINE's tables too: nothing of what was said stays in any row."""

from typing import Any
from uuid import UUID

from integrations.line.models import LineContent, LineEvent, LineMessage

KEPT = ("type", "mode", "timestamp", "webhookEventId", "source", "unsend")
"""The members of an event that hold nothing of what was said."""


def redact(channel_id: UUID, line_id: str) -> None:
    """Strip the events that brought or edited a message, and what we had of its file."""
    events = LineEvent.objects.select_for_update().filter(
        channel_id=channel_id, line_message_id=line_id
    )
    for event in events.order_by("id"):
        LineEvent.objects.filter(id=event.id).update(
            raw=stripped(event.raw), state=_state(event), error=""
        )
    bubbles = LineMessage.objects.filter(channel_id=channel_id, line_id=line_id)
    bubbles.update(quote_token="", read_token="")
    LineContent.objects.filter(line_message__in=bubbles).update(
        state=LineContent.State.GONE, name="", lease=None, leased_until=None
    )


def stripped(raw: dict[str, Any]) -> dict[str, Any]:
    return {name: raw[name] for name in KEPT if name in raw}


def _state(event: LineEvent) -> str:
    """One that is still to be handled will be, as the shell of a message."""
    is_open = event.state == LineEvent.State.PENDING or event.type == "unsend"
    return event.state if is_open else LineEvent.State.REDACTED
