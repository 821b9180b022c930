"""Run SQL whose one column is JSON made by PostgreSQL, and decode it as rows."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from django.db import connection

Row = TypeVar("Row")


def rows(row: type[Row], sql: str, parameters: Mapping[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [msgspec.json.decode(text, type=row) for (text,) in cursor.fetchall()]


def one(row: type[Row], sql: str, parameters: Mapping[str, Any]) -> Row | None:
    found = rows(row, sql, parameters)
    return found[0] if found else None


def only(row: type[Row], sql: str, parameters: Mapping[str, Any]) -> Row:
    """Return the one row of a statement that always has one."""
    [found] = rows(row, sql, parameters)
    return found
