"""Jobs of the sending half: how much of the month is used."""

from typing import Any
from uuid import UUID

from celery import shared_task

from integrations.line import quota

BEAT: dict[str, dict[str, Any]] = {
    "line-ask-quotas": {"task": "integrations.line.tasks_sending.ask_quotas", "schedule": 60.0},
}


@shared_task
def ask_quota(channel_id: str) -> None:
    """Ask now (`wakes.quotas`); otherwise it is asked when its numbers are old."""
    quota.look_again(UUID(channel_id))


@shared_task
def ask_quotas() -> None:
    for channel_id in quota.stale_channels():
        quota.look_again(channel_id)
