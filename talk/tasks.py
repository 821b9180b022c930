"""Jobs. Each finds its work as rows; a lost wake-up costs time, never work."""

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from customers import partitions
from talk import channel_news, clock, tasks_uploads
from talk.actions import conversations, deliveries
from talk.models import Conversation, IdempotencyKey, SocketTicket

log = logging.getLogger(__name__)
BEAT = {
    **tasks_uploads.BEAT,
    "sweep-deliveries": {"task": "talk.tasks.sweep_deliveries", "schedule": 5.0},
    "wake-snoozed": {"task": "talk.tasks.wake_snoozed", "schedule": 15.0},
    "keep-event-log": {"task": "talk.tasks.keep_event_log", "schedule": 3600.0},
    "forget-expired": {"task": "talk.tasks.forget_expired", "schedule": 3600.0},
}


@shared_task
def deliver(message_id: str) -> None:
    """Do one delivery now (`talk.wakes`); the sweeper would find it within seconds."""
    deliveries.deliver(UUID(message_id))


@shared_task(ignore_result=True, expires=10)
def tell_typing(conversation_id: str) -> None:
    channel_news.tell_typing(UUID(conversation_id))


@shared_task(ignore_result=True, expires=60)
def tell_read(conversation_id: str) -> None:
    channel_news.tell_read(UUID(conversation_id))


@shared_task
def sweep_deliveries() -> None:
    """Deliver what is due; woken early by `deliver`, but complete without it."""
    for message_id in deliveries.due():
        try:
            deliveries.deliver(message_id)
        except Exception:
            # A fault of one channel must not stop the others; its lease runs out and is counted.
            log.exception("a delivery ended oddly: %s", message_id)


@shared_task
def wake_snoozed() -> None:
    due = Conversation.objects.filter(status=Conversation.Status.SNOOZED, snoozed_until__lte=Now())
    for conversation_id in due.values_list("id", flat=True)[:1_000]:
        conversations.wake_snoozed(conversation_id)


@shared_task
def keep_event_log() -> None:
    """Make the coming days' partitions and drop those past retention.

    The newest dropped transaction is remembered first: a client whose token is older reloads.
    """
    partitions.ensure("talk_event", period="day", ahead=3)
    oldest = clock.now() - timedelta(days=settings.EVENT_RETENTION_DAYS)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE talk_epoch SET dropped_xid = greatest(dropped_xid, coalesce((SELECT"
                " max(xid)::text::bigint FROM talk_event WHERE at < %s), 0))",
                [oldest],
            )
        partitions.drop_before("talk_event", oldest)


@shared_task
def forget_expired() -> None:
    """Remove used-up tickets and remembered requests older than 48 h."""
    SocketTicket.objects.filter(expires_at__lt=Now()).delete()
    IdempotencyKey.objects.filter(created_at__lt=Now() - timedelta(hours=48)).delete()
