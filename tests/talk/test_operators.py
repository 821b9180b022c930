"""A change of an operator, its versions and its news are one transaction (I-39)."""

import pytest
from django.db import connection

from talk.models import Operator
from tests.cast import Cast


@pytest.fixture
def oto(transactional_db: None) -> Operator:
    return Operator.objects.get(id=Cast().oto.id)


def newest_event() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM talk_event")
        return int(cursor.fetchone()[0])


def told_after(id: int, operator: Operator) -> list[tuple[str, int, int]]:
    """Return kind, version and transaction of each event of the operator since."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, version, xid::text::bigint FROM talk_event"
            " WHERE id > %s AND operator_id = %s ORDER BY id",
            [id, operator.id],
        )
        return list(cursor.fetchall())


def transaction_of(operator: Operator) -> int:
    """Return the transaction that has written the row as it is now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text::bigint FROM talk_operator WHERE id = %s", [operator.id])
        return int(cursor.fetchone()[0])


def test_the_news_of_a_name_is_in_the_transaction_that_changed_it(oto: Operator) -> None:
    before = newest_event()
    oto.name = "乙"
    oto.save()
    told = told_after(before, oto)
    assert told == [("operator.changed", 2, transaction_of(oto))]


def test_lost_rights_and_the_news_of_them_are_one_transaction(oto: Operator) -> None:
    before = newest_event()
    access_version = oto.access_version
    oto.is_active = False
    oto.save()
    told = told_after(before, oto)
    assert [event[:2] for event in told] == [
        ("operator.changed", 2),
        ("access.changed", access_version + 1),
    ]
    assert len({transaction for _, _, transaction in told}) == 1


def test_a_row_saved_from_an_old_copy_still_gets_a_newer_version(oto: Operator) -> None:
    copy = Operator.objects.get(id=oto.id)
    oto.name = "乙"
    oto.save()
    before = newest_event()
    copy.name = "音"
    copy.save()
    assert [event[:2] for event in told_after(before, oto)] == [("operator.changed", 3)]


def test_what_nobody_is_shown_is_no_news(oto: Operator) -> None:
    before = newest_event()
    oto.locale = "en"
    oto.save()
    assert told_after(before, oto) == []
