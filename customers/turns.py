"""Whoever changes who is who takes turns: of two that join people at once, one waits.

What a change locks follows from what it finds (the other holder of an address, their profiles,
conversations), so no order of rows can be kept by all. Taken before any row; ends with the
transaction. Who changes many keeps transactions short: nobody else can identify meanwhile.
"""

from django.db import connection

WHO_IS_WHO = 0x536F6261  # a number of our own among the database's advisory locks


def take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WHO_IS_WHO])
