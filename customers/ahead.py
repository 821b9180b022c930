"""Partitions that have to be there before their time comes: which, and whether they are."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import connection

from customers import partitions
from customers.partitions import Period

TABLES: dict[str, Period] = {"customers_activity": "month"}
"""By table. Another layer adds its own when it is ready."""

MISSING = """
SELECT name FROM unnest(%s::text[], %s::text[]) AS next(name, parent)
WHERE to_regclass(parent) IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM pg_inherits
    WHERE inhrelid = to_regclass(name) AND inhparent = to_regclass(parent)
) ORDER BY name
"""
"""Takes `list(names)` and `list(names.values())` of `next_names`."""


def next_names() -> Mapping[str, str]:
    """Return the partitions of the next period, each with its table."""
    now = datetime.now(UTC)
    return {
        partitions.partition_name(table, partitions.after(now, period), period): table
        for table, period in TABLES.items()
    }


def missing() -> list[str]:
    """Return which of them are missing. Rows of their time would lie in the DEFAULT partition."""
    names = next_names()
    with connection.cursor() as cursor:
        cursor.execute(MISSING, [list(names), list(names.values())])
        return [name for (name,) in cursor.fetchall()]


def ensure() -> None:
    """Make whatever is missing of each table."""
    for table, period in TABLES.items():
        if partitions.exists(table):
            partitions.ensure(table, period)
