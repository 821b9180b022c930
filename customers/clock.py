"""The clock that decides: the database's. Those of our processes may be wrong by hours."""

from datetime import datetime

from django.db import connection
from django.db.models import DateTimeField, Func

READING = Func(function="clock_timestamp", output_field=DateTimeField())
"""The moment at which the row is written; `Now()` is when the transaction began."""


def now() -> datetime:
    """Return the database's time; in a statement of the ORM take `Now()` instead."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
