"""Messages that are taken back in LINE."""

from django.db.models.functions import Now

from integrations.line.actions.redacting import redact
from integrations.line.models import LineEvent, LineMessage, Tombstone
from talk.actions import channel_messages

State = LineEvent.State


def unsend(event: LineEvent) -> str:
    """Leave nothing of the message but its place; what comes of it later finds the tombstone.

    Appends `message.changed`.
    """
    line_id = event.line_message_id
    if not line_id:
        return State.IGNORED
    bubbles = LineMessage.objects.filter(channel=event.channel, line_id=line_id)
    for bubble in bubbles.filter(is_ours=False):  # the conversation first: so does its file's job
        channel_messages.unsend(bubble.message_id)
    Tombstone.objects.get_or_create(
        channel=event.channel, line_id=line_id, defaults={"unsent_at": event.occurred_at}
    )
    redact(event.channel_id, line_id)
    bubbles.update(unsent_at=Now())
    return State.DONE
