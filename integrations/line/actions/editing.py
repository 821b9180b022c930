"""Messages that are edited in LINE: in groups, and not always told in their order."""

from django.db.models import Q

from integrations.line import wire
from integrations.line.actions.redacting import strip
from integrations.line.models import LineEvent, LineMessage
from integrations.line.models.events import OPEN
from integrations.line.saying import words_of
from talk.actions import channel_messages

State = LineEvent.State
MOST_WAITS = 4


def edit_message(event: LineEvent) -> str:
    """Put the new words in the place of the old ones, unless newer ones stand there.

    An edit that comes before its message waits for it half a minute: it may be one from before we
    were there.
    """
    newer = Q(edited_at__gte=event.occurred_at)
    bubbles = LineMessage.objects.filter(channel=event.channel, line_id=event.line_message_id)
    bubble = bubbles.filter(is_ours=False).first()
    if bubble is None:
        return _wait(event)
    if bubble.unsent_at is not None or bubbles.filter(newer).exists():
        strip(LineEvent.objects.filter(id=event.id))
        return State.IGNORED
    message = wire.part(event.raw, "message")
    words = words_of(message)
    channel_messages.edit(bubble.message_id, words.body, words.said)
    bubbles.update(edited_at=event.occurred_at, quote_token=wire.text(message, "quoteToken")[:500])
    told = LineEvent.objects.filter(channel=event.channel, line_message_id=event.line_message_id)
    old = told.filter(occurred_at__lt=event.occurred_at)
    strip(old.exclude(state__in=OPEN))
    return State.DONE


def edit_late(message: LineEvent) -> None:
    """Put the newest edit into a message that has come after it, and that it did not wait for."""
    told = LineEvent.objects.filter(
        channel=message.channel, line_message_id=message.line_message_id, type="messageEdited"
    )
    newest = told.exclude(line_message_id="").order_by("occurred_at", "id").last()
    if newest is None or newest.state not in (State.IGNORED, State.FAILED):
        return
    newest.chat, newest.channel = message.chat, message.channel
    edit_message(newest)
    LineEvent.objects.filter(id=newest.id).update(state=State.DONE)
    strip(LineEvent.objects.filter(id=message.id))


def _wait(event: LineEvent) -> str:
    if event.attempts < MOST_WAITS:
        raise NotYetThere
    return State.IGNORED


class NotYetThere(Exception):
    """The message that is edited has not come: webhooks come in any order."""
