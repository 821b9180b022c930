"""Statements that PostgreSQL plans once for each connection, for what runs with every page view."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor

Row = tuple[Any, ...]


def prepared_rows(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[Row]:
    """Return the rows of a statement, in the caller's transaction.

    Django's own cursors write the values into the statement, so that each is planned anew; planning
    took longer than running. The text must be one of a few, for each is kept by the connection.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(statement.encode(), values, prepare=True)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def prepared_cursor() -> Iterator[CursorWrapper]:
    """Give a cursor that keeps its statements like that, and that Django's wrappers see."""
    connection.ensure_connection()
    cursor: Any = _PreparingCursor(connection.connection)
    is_logged = connection.queries_logged
    make = connection.make_debug_cursor if is_logged else connection.make_cursor
    with connection.wrap_database_errors, make(cursor) as wrapped:
        yield wrapped


class _PreparingCursor(Cursor[Row]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> "_PreparingCursor":
        return super().execute(query, params, **{**options, "prepare": True})
