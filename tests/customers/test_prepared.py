"""What is said to be planned once is."""

from typing import Any

import pytest
from django.db import connection

from customers.prepared import prepared_cursor, prepared_rows

pytestmark = pytest.mark.django_db
KNOWN = "SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements"


def known() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(KNOWN)
        return dict(cursor.fetchall())


def test_a_prepared_statement_is_kept_by_the_connection_and_used_again() -> None:
    for value in (1, 2, 3):
        assert prepared_rows("SELECT %s + 40", [value]) == [(value + 40,)]
    assert known()["SELECT $1 + 40"] == 3


def test_a_prepared_cursor_is_counted_like_any_other(django_assert_num_queries: Any) -> None:
    for value in (1, 2):
        with django_assert_num_queries(1), prepared_cursor() as cursor:
            cursor.execute("SELECT %(value)s + 50", {"value": value})
            assert cursor.fetchone() == (value + 50,)
    assert known()["SELECT $1 + 50"] == 2


def test_other_statements_are_not_kept() -> None:
    for _ in range(20):
        known()
    assert KNOWN not in known()
