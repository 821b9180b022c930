"""Partitions: made ahead, made late over rows that already lie in DEFAULT, dropped."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.checks import CheckMessage
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from customers import clock, partitions
from customers.apps import ensure_partitions
from customers.checks import check_partitions
from customers.tasks import BEAT, forget_old_activities

pytestmark = pytest.mark.django_db
MOMENT = datetime(2031, 1, 31, 23, 30, tzinfo=UTC)


@pytest.fixture
def log() -> Iterator[str]:
    """A table like the event log: by day, with an identity column and indexes."""
    run(
        "CREATE TABLE probe (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL,"
        " body text NOT NULL DEFAULT '-', PRIMARY KEY (id, at)) PARTITION BY RANGE (at)"
    )
    run("CREATE TABLE probe_default PARTITION OF probe DEFAULT")
    run("CREATE INDEX probe_body ON probe (body)")
    yield "probe"
    run("DROP TABLE probe")


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(MOMENT, tick=False):
        yield


def run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def places() -> dict[str, str]:
    return dict(run("SELECT body, tableoid::regclass::text FROM probe"))


def test_days_are_made_from_yesterday_on_and_once(log: str) -> None:
    assert partitions.ensure(log, "day", ahead=2) == [
        "probe_2031_01_30",
        "probe_2031_01_31",
        "probe_2031_02_01",
        "probe_2031_02_02",
    ]
    assert partitions.ensure(log, "day", ahead=2) == []


def test_rows_find_their_day_and_ids_stay_one_sequence(log: str) -> None:
    partitions.ensure(log, "day")
    for body, at in [
        ("last moment", MOMENT.replace(hour=23, minute=59, second=59, microsecond=999_999)),
        ("midnight", MOMENT.replace(hour=0, minute=0) + timedelta(days=1)),
        ("far", MOMENT + timedelta(days=400)),
    ]:
        run("INSERT INTO probe (at, body) VALUES (%s, %s)", at, body)
    assert places() == {
        "last moment": "probe_2031_01_31",
        "midnight": "probe_2031_02_01",
        "far": "probe_default",
    }
    assert [row[0] for row in run("SELECT id FROM probe ORDER BY id")] == [1, 2, 3]


def test_rows_that_came_before_their_partition_move_into_it(log: str) -> None:
    for day in range(3):
        at = MOMENT + timedelta(days=day)
        run("INSERT INTO probe (at, body) VALUES (%s, %s)", at, f"day {day}")
    assert set(places().values()) == {"probe_default"}
    partitions.ensure(log, "day", ahead=1)
    assert places() == {
        "day 0": "probe_2031_01_31",
        "day 1": "probe_2031_02_01",
        "day 2": "probe_default",
    }


def test_a_new_partition_has_the_indexes_of_its_parent(log: str) -> None:
    partitions.ensure(log, "day", ahead=0)
    parents = run(
        "SELECT count(*) FROM pg_inherits JOIN pg_index ON inhparent = indexrelid"
        " WHERE indrelid = 'probe'::regclass"
    )
    assert parents == [(2 * 3,)]  # two indexes in two days and DEFAULT


def test_only_what_ended_is_dropped_and_default_is_swept(log: str) -> None:
    partitions.ensure(log, "day", ahead=1)
    run("INSERT INTO probe (at, body) VALUES (%s, 'ancient')", MOMENT - timedelta(days=90))
    run("INSERT INTO probe (at, body) VALUES (%s, 'today')", MOMENT)
    midnight = partitions.begin(MOMENT, "day")
    assert partitions.drop_before(log, midnight - timedelta(seconds=1)) == []
    assert partitions.drop_before(log, midnight) == ["probe_2031_01_30"]
    assert places() == {"today": "probe_2031_01_31"}


@pytest.mark.parametrize(
    ("moment", "month", "following"),
    [
        (MOMENT, "2031-01-01", "2031-02-01"),
        (datetime(2031, 12, 31, tzinfo=UTC), "2031-12-01", "2032-01-01"),
        (datetime(2028, 2, 29, 12, tzinfo=UTC), "2028-02-01", "2028-03-01"),
    ],
)
def test_months_begin_and_follow(moment: datetime, month: str, following: str) -> None:
    assert partitions.begin(moment, "month").date().isoformat() == month
    assert partitions.after(moment, "month").date().isoformat() == following


def errors() -> list[CheckMessage]:
    return check_partitions(None, databases=["default"])


def test_a_missing_month_or_day_fails_the_check_until_it_is_made() -> None:
    assert [error.msg for error in errors()] == [
        "The partition customers_activity_2031_02 is missing.",
        "The partition talk_event_2031_02_01 is missing.",
    ]
    with pytest.raises(SystemCheckError):
        call_command("check", databases=["default"])
    ensure_partitions(using="default")
    assert errors() == []
    assert check_partitions(None, databases=None) == []
    call_command("check", databases=["default"])


def test_a_missing_partition_does_not_stop_migrate_which_makes_it() -> None:
    assert errors(), "as after months in which nothing ran"
    call_command("migrate", skip_checks=False, verbosity=0)
    assert errors() == []


def test_a_table_of_that_name_that_is_no_partition_does_not_count() -> None:
    ensure_partitions(using="default")
    run("ALTER TABLE customers_activity DETACH PARTITION customers_activity_2031_02")
    assert [error.id for error in errors()] == ["customers.E001"]


def test_the_hours_work_forgets_old_months_and_marks(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the database's clock: a worker that is wrong by months must not drop what is new."""
    monkeypatch.setattr(clock, "now", lambda: MOMENT)
    settings.ACTIVITY_RETENTION_DAYS = 40
    partitions.ensure("customers_activity", "month", since=MOMENT - timedelta(days=100))
    for days in (1, -1):
        run(
            "INSERT INTO customers_activity_seen VALUES (gen_random_uuid(), %s)",
            MOMENT + timedelta(days=days),
        )
    forget_old_activities()
    assert run("SELECT forget_at FROM customers_activity_seen") == [(MOMENT + timedelta(days=1),)]
    assert not partitions.has_partition(
        "customers_activity", datetime(2030, 11, 30, tzinfo=UTC), "month"
    )
    assert partitions.has_partition(
        "customers_activity", datetime(2030, 12, 1, tzinfo=UTC), "month"
    )


def test_every_beat_entry_names_a_task_that_exists() -> None:
    from celery import current_app

    assert {entry["task"] for entry in BEAT.values()} <= set(current_app.tasks)
