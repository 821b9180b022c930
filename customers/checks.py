"""What `manage.py check --database default` says about our tables."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError

from customers import ahead


def check_partitions(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Fail when the next partition of a table is missing: beat has not run for long, then."""
    if not databases or "default" not in databases:
        return []
    try:
        return [_missing(name) for name in ahead.missing()]
    except DatabaseError:
        return []  # Django itself says that the database cannot be reached.


def _missing(name: str) -> CheckMessage:
    return Error(
        f"The partition {name} is missing.",
        hint="Is Celery beat running? `manage.py migrate` makes the missing partitions too.",
        id="customers.E001",
    )
