"""A database that does not answer is given up, and what comes after gets a good connection."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from psycopg.conninfo import conninfo_to_dict

from talk import connections, database
from talk.connections import PatientAsyncConnection, PatientConnection
from talk.wire import Wire

SILENCE = "SELECT pg_sleep(4)"  # to its client a server that works says as little as one that hangs
SOON = 2.0


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In less time than the product waits."""
    monkeypatch.setattr(PatientAsyncConnection, "answer_seconds", 0.3)
    connections.expect_answers_within(0.3)
    yield
    PatientConnection.answer_seconds = None


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("hurried")
def test_django_gives_up_a_query_and_goes_on_with_another_connection() -> None:
    began = time.monotonic()
    with pytest.raises(OperationalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SILENCE)
    assert time.monotonic() - began < SOON
    connection.close()  # as at the end of a request
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_what_nobody_waits_for_may_take_its_time() -> None:
    """As a migration does."""
    assert PatientConnection.answer_seconds is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.5)")


@pytest.fixture
async def pool_of_the_loop(hurried: None, transactional_db: None) -> AsyncIterator[None]:
    yield
    await database.close()


@pytest.mark.usefixtures("pool_of_the_loop")
async def test_the_pool_of_the_event_loop_gives_up_and_goes_on() -> None:
    pool = await database.pool()
    with pytest.raises(psycopg.OperationalError):
        async with asyncio.timeout(SOON), pool.connection() as one:
            await one.execute(SILENCE)
    async with pool.connection() as one:
        cursor = await one.execute("SELECT 1")
        assert await cursor.fetchone() == (1,)


@pytest.mark.usefixtures("pool_of_the_loop")
async def test_a_wire_does_not_wait_for_its_prelude_for_ever() -> None:
    async with asyncio.timeout(SOON):
        with pytest.raises(psycopg.OperationalError):
            await Wire.open(SILENCE)


def test_options_of_the_deployment_join_ours_and_win(monkeypatch: pytest.MonkeyPatch) -> None:
    own = "-c statement_timeout=3000 -c idle_in_transaction_session_timeout=5min"
    given = connections.with_options({**settings.DATABASES["default"]["OPTIONS"], "options": own})
    database_settings = {**settings.DATABASES["default"], "OPTIONS": given}
    monkeypatch.setitem(settings.DATABASES, "default", database_settings)
    with psycopg.connect(database.conninfo()) as opened:
        names = "TimeZone", "statement_timeout", "idle_in_transaction_session_timeout"
        assert [setting(opened, name) for name in names] == ["UTC", "3s", "5min"]


def setting(asked: "psycopg.Connection[Any]", name: str) -> str:
    [value] = asked.execute("SELECT current_setting(%s)", [name]).fetchone() or ("",)
    return str(value)


@pytest.mark.django_db
def test_a_transaction_that_is_left_open_ends_after_a_minute_whoever_opened_it() -> None:
    name = "idle_in_transaction_session_timeout"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        assert cursor.fetchone() == ("1min",)
    with psycopg.connect(database.conninfo()) as opened:
        assert setting(opened, name) == "1min"


def test_what_holds_everybody_back_goes_and_what_works_for_long_stays() -> None:
    """The watermark stands at the oldest open transaction (`pg_snapshot_xmin`)."""
    hurried = f"{database.OUR_OPTIONS} -c idle_in_transaction_session_timeout=3s"
    watermark = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    with (
        psycopg.connect(database.conninfo(), options=hurried) as forgotten,
        psycopg.connect(database.conninfo(), autocommit=True) as other,
    ):
        forgotten.execute("SELECT pg_sleep(1)")
        [held] = forgotten.execute("SELECT pg_current_xact_id()::text::bigint").fetchone() or ()
        assert other.execute(watermark).fetchone() == (held,)
        while (other.execute(watermark).fetchone() or (0,))[0] <= held:
            time.sleep(0.1)
        with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
            forgotten.execute("SELECT 1")


def test_a_machine_that_is_gone_is_noticed_over_tcp() -> None:
    options = settings.DATABASES["default"]["OPTIONS"]
    for given in (options, conninfo_to_dict(database.conninfo())):
        found = {name: int(str(given[name])) for name in connections.OPTIONS}
        assert found == connections.OPTIONS
    assert options["pool"]["connection_class"] is PatientConnection
