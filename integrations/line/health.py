"""How a channel does: what an administrator looks at first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.db.models.functions import Now

from integrations.line.models import LineChannel, LineEvent, LinePart
from integrations.line.models.events import OPEN
from talk import clock

SPAN = timedelta(hours=24)
LATE = timedelta(minutes=2)
"""Events are handled within seconds: what waits longer is stuck."""
MANY_FAILURES = 0.05


@dataclass(frozen=True, slots=True)
class Health:
    """Of the last 24 hours. `received` and `sent` count what failed as well."""

    last_webhook_at: datetime | None
    waiting: int
    oldest_at: datetime | None
    received: int
    failed_received: int
    sent: int
    failed_sent: int
    used: int | None
    limit: int | None
    quota_at: datetime | None
    last_error: str
    last_error_at: datetime | None

    @property
    def error_rate(self) -> float | None:
        """Return the part that failed, 0 to 1; None where there was nothing."""
        total = self.received + self.sent
        return (self.failed_received + self.failed_sent) / total if total else None

    @property
    def is_late(self) -> bool:
        return self.oldest_at is not None and clock.now() - self.oldest_at > LATE

    @property
    def is_failing(self) -> bool:
        rate = self.error_rate
        return rate is not None and rate > MANY_FAILURES

    @property
    def quota_part(self) -> float | None:
        """Return how much of the month's messages is used, 0 to 1 and beyond."""
        return self.used / self.limit if self.used is not None and self.limit else None


def health_of(channel: LineChannel) -> Health:
    """Three statements, by index."""
    since = Now() - SPAN
    events = LineEvent.objects.filter(channel=channel)
    pending = events.filter(state__in=OPEN).aggregate(
        waiting=Count("id"), oldest_at=Min("received_at")
    )
    told = events.filter(received_at__gt=since).aggregate(
        received=Count("id", filter=~Q(state="pending")),
        failed_received=Count("id", filter=Q(state="failed")),
    )
    parts = LinePart.objects.filter(chat__channel=channel, created_at__gt=since)
    said = parts.aggregate(
        sent=Count("id", filter=Q(state__in=["accepted", "failed", "unknown"])),
        failed_sent=Count("id", filter=Q(state="failed")),
    )
    return Health(
        last_webhook_at=channel.last_webhook_at,
        used=channel.quota.get("used"),
        limit=channel.quota.get("limit"),
        quota_at=channel.quota_at,
        last_error=channel.last_error,
        last_error_at=channel.last_error_at,
        **pending,
        **told,
        **said,
    )
