"""What `manage.py check --database default` and `migrate` say about this app's tables."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning  # noqa: A004  # Django's own name
from django.db import DatabaseError

from customers import partitions


def check_partitions(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Warn when next month's partition is missing: beat has not run for months, then."""
    if not databases or "default" not in databases:
        return []
    next_month = partitions.after(datetime.now(UTC), "month")
    try:
        is_ready = not partitions.exists("customers_activity") or partitions.has_partition(
            "customers_activity", next_month, "month"
        )
    except DatabaseError:
        return []  # Django itself says that the database cannot be reached.
    return [] if is_ready else [_missing(next_month)]


def _missing(month: datetime) -> CheckMessage:
    return Warning(
        f"customers_activity has no partition for {month:%Y-%m}.",
        hint="Is Celery beat running? `manage.py migrate` makes the missing partitions too.",
        id="customers.W001",
    )
