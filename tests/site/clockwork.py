"""Time passes, or a worker's clock is wrong (`hand.do("clockwork.wake_snoozed", hours=3)`)."""

from datetime import timedelta

import time_machine
from django.db.models.functions import Now
from django.utils import timezone

from talk import tasks
from talk.models import Conversation, Inbox


def wake_snoozed(hours: int) -> None:
    """Look for snoozes that are over, as a worker does whose clock is wrong by some hours."""
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        tasks.wake_snoozed()


def end_snooze(conversation_id: str) -> None:
    """Make a snooze one that has just ended."""
    Conversation.objects.filter(id=conversation_id).update(
        snoozed_until=Now() - timedelta(seconds=1)
    )


def age_resolution(conversation_id: str, hours: int) -> None:
    Conversation.objects.filter(id=conversation_id).update(
        resolved_at=Now() - timedelta(hours=hours)
    )


def reopen_never(inbox_id: str) -> None:
    """Let this inbox's conversations end when they are resolved."""
    Inbox.objects.filter(id=inbox_id).update(reopen_days=0)
