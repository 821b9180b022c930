"""What a channel's administrator is shown of how it does. Written seldom: webhooks come often."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now

from integrations.line.models import LineChannel

EVERY = timedelta(seconds=5)


def note_webhook(channel_id: UUID, *, is_redelivery: bool) -> None:
    """Note that LINE has told something, to the seconds."""
    now = Now()
    fresh = Q(last_webhook_at__gt=now - EVERY)
    fields = {"last_webhook_at": now}
    if is_redelivery:
        fields["redelivery_seen_at"] = now
        fresh &= Q(redelivery_seen_at__gt=now - EVERY)
    # NULL compares with nothing: `exclude` takes it for not fresh.
    LineChannel.objects.filter(pk=channel_id).exclude(fresh).update(**fields)


def note_error(channel_id: UUID, code: str) -> None:
    """Note what went wrong last: seldom, as anybody may post what is not signed.

    Of a code with a detail the code alone.
    """
    code = code.partition(":")[0]
    seldom = Q(last_error=code, last_error_at__gt=Now() - EVERY)
    channel = LineChannel.objects.filter(pk=channel_id).exclude(seldom)
    channel.update(last_error=code, last_error_at=Now())
