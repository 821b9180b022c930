"""Work of Celery: partitions ahead of time, and forgetting what nobody needs."""

import logging
import time
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.db import connection

from customers import ahead, clock, retention
from customers.actions import erase, precedence

log = logging.getLogger(__name__)
AT_ONCE_SECONDS = 8
"""Then others have their turn; beat comes again."""

BEAT: dict[str, dict[str, Any]] = {
    "customers-partitions": {
        "task": "customers.tasks.ensure_partitions",
        "schedule": timedelta(hours=6),
    },
    "customers-forget": {
        "task": "customers.tasks.forget_old_activities",
        "schedule": timedelta(hours=1),
    },
    "customers-erase": {
        "task": "customers.tasks.carry_on_erasures",
        "schedule": timedelta(seconds=5),
    },
    "customers-precedence": {
        "task": "customers.tasks.carry_on_precedences",
        "schedule": timedelta(seconds=10),
        # A busy worker finds one of them, not a pile.
        "options": {"expires": 10},
    },
}


@shared_task
def ensure_partitions() -> None:
    ahead.ensure()


@shared_task
def forget_old_activities() -> None:
    """Forget the marks of old batches, and whatever has been kept long enough."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_activity_seen WHERE forget_at < %s", [clock.now()])
    for rule in retention.RULES.values():
        try:
            retention.carry_out(rule)
        except Exception:
            log.exception("retention has to be tried again: %s", rule.kind)


@shared_task
def carry_on_erasures() -> None:
    """Erase what is still there of whoever is being erased; one that fails stops no other."""
    for erasure_id in erase.unfinished():
        try:
            erase.carry_on(erasure_id)
        except Exception:
            log.exception("an erasure has to be tried again: %s", erasure_id)


@shared_task
def carry_on_precedences() -> None:
    """Resolve anew what a changed precedence concerns, some customers at a time."""
    until = time.monotonic() + AT_ONCE_SECONDS
    for key in precedence.unfinished():
        while time.monotonic() < until and precedence.carry_on(key):
            pass
