"""Partitions by month or day: made ahead, dropped when old, for any table `PARTITION BY RANGE`.

Rows for which no partition was made in time lie in the DEFAULT one; making the partition moves
them. Every statement waits at most `LOCK_WAIT` for its lock: a request that queues behind a long
transaction would block every writer behind itself. The next beat tries again.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

Period = Literal["month", "day"]
LOCK_WAIT = "3s"

PARTITIONS = """
SELECT part.relname, (regexp_match(bound, $$ TO \\('([^']+)'\\)$$))[1]::timestamptz
FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid,
    pg_get_expr(part.relpartbound, part.oid) AS bound
WHERE inhparent = to_regclass(%s)
ORDER BY part.relname
"""
KEY = """
SELECT attname FROM pg_partitioned_table
JOIN pg_attribute ON attrelid = partrelid AND attnum = partattrs[0]
WHERE partrelid = to_regclass(%s)
"""


def ensure(
    table: str, period: Period, *, ahead: int = 3, since: datetime | None = None
) -> list[str]:
    """Make the partitions from `since` to `ahead` periods from now; return the names of new ones.

    Without `since`, from the period before this one: late rows still come for it. Periods are UTC.
    """
    now = datetime.now(UTC)
    start = since.astimezone(UTC) if since else begin(begin(now, period) - timedelta(1), period)
    last = now
    for _ in range(ahead):
        last = after(last, period)
    made = []
    with transaction.atomic(), connection.cursor() as cursor:
        _guard(cursor, table)
        known = {name for name, _ in _partitions(cursor, table)}
        for first in _periods(start, last, period):
            name = partition_name(table, first, period)
            if name not in known:
                _make(cursor, table, name, first, after(first, period))
                made.append(name)
    return made


def drop_before(table: str, moment: datetime) -> list[str]:
    """Drop the partitions that end at or before the moment; return their names.

    Older rows in the DEFAULT partition are deleted.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _guard(cursor, table)
        partitions = _partitions(cursor, table)
        old = [name for name, end in partitions if end is not None and end <= moment]
        for name in old:
            cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))
        for default in (name for name, end in partitions if end is None):
            cursor.execute(
                sql.SQL("DELETE FROM {} WHERE {} < %s").format(
                    sql.Identifier(default), _key(cursor, table)
                ),
                [moment],
            )
    return old


def has_partition(table: str, moment: datetime, period: Period) -> bool:
    with connection.cursor() as cursor:
        names = {name for name, _ in _partitions(cursor, table)}
    return partition_name(table, begin(moment, period), period) in names


def oldest(table: str, period: Period = "month") -> datetime | None:
    """Return the first moment for which rows are kept, or None while there are no partitions."""
    with connection.cursor() as cursor:
        ends = [end for _, end in _partitions(cursor, table) if end is not None]
    return begin(min(ends) - timedelta(1), period) if ends else None


def exists(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        row = cursor.fetchone()
    return bool(row and row[0])


def begin(moment: datetime, period: Period) -> datetime:
    """Return the first moment of the period that the moment lies in."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day.replace(day=1) if period == "month" else day


def after(moment: datetime, period: Period) -> datetime:
    """Return the first moment of the next period."""
    first = begin(moment, period)
    return begin(first + timedelta(days=32), period) if period == "month" else first + timedelta(1)


def partition_name(table: str, first: datetime, period: Period) -> str:
    return f"{table}_{first:%Y_%m}" if period == "month" else f"{table}_{first:%Y_%m_%d}"


def _periods(start: datetime, last: datetime, period: Period) -> Iterator[datetime]:
    first = begin(start, period)
    while first <= last:
        yield first
        first = after(first, period)


def _guard(cursor: CursorWrapper, table: str) -> None:
    """Let one process at a time change the partitions of the table."""
    cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"partitions of {table}"])


def _partitions(cursor: CursorWrapper, table: str) -> list[tuple[str, datetime | None]]:
    """Return names and ends; the DEFAULT partition has no end."""
    cursor.execute(PARTITIONS, [table])
    found: list[tuple[str, datetime | None]] = cursor.fetchall()
    return found


def _key(cursor: CursorWrapper, table: str) -> sql.Identifier:
    cursor.execute(KEY, [table])
    row = cursor.fetchone()
    if row is None:
        raise LookupError(f"{table} is not partitioned")
    return sql.Identifier(row[0])


def _make(cursor: CursorWrapper, table: str, name: str, first: datetime, end: datetime) -> None:
    parent, part = sql.Identifier(table), sql.Identifier(name)
    # An identity column belongs to the parent: a table that has its own cannot be attached.
    cursor.execute(
        sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL EXCLUDING IDENTITY)").format(part, parent)
    )
    # Writers wait: a row that enters DEFAULT after the move would make ATTACH fail.
    cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(parent))
    _move_from_default(cursor, table, part, first, end)
    cursor.execute(
        sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
            parent, part, sql.Literal(first), sql.Literal(end)
        )
    )


def _move_from_default(
    cursor: CursorWrapper, table: str, part: sql.Identifier, first: datetime, end: datetime
) -> None:
    key = _key(cursor, table)
    for default, bound in _partitions(cursor, table):
        if bound is None:
            cursor.execute(
                sql.SQL(
                    "WITH moved AS (DELETE FROM {default} WHERE {key} >= %s AND {key} < %s "
                    "RETURNING *) INSERT INTO {part} SELECT * FROM moved"
                ).format(default=sql.Identifier(default), key=key, part=part),
                [first, end],
            )
