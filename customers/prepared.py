"""Statements that PostgreSQL plans once for each connection, for what runs with every page view."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
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
