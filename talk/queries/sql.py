"""Run SQL whose one column is JSON made by PostgreSQL, and decode it as rows."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from django.db import connection

from customers.prepared import prepared_cursor

Row = TypeVar("Row")


def rows(
    row: type[Row], sql: str, parameters: Mapping[str, Any], *, is_hot: bool = False
) -> list[Row]:
    """What is hot is planned once for each connection: its text must be one of a few."""
    with prepared_cursor() if is_hot else connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [msgspec.json.decode(text, type=row) for (text,) in cursor.fetchall()]


def one(
    row: type[Row], sql: str, parameters: Mapping[str, Any], *, is_hot: bool = False
) -> Row | None:
    found = rows(row, sql, parameters, is_hot=is_hot)
    return found[0] if found else None


def only(row: type[Row], sql: str, parameters: Mapping[str, Any], *, is_hot: bool = False) -> Row:
    """Return the one row of a statement that always has one."""
    [found] = rows(row, sql, parameters, is_hot=is_hot)
    return found
