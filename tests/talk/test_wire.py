"""A wire says what the database says, and never lets the answer of one serve another."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
import pytest

from talk import database, wire
from talk.wire import Wire, Wires

pytestmark = pytest.mark.django_db(transaction=True)

ECHO = "PREPARE echo (text, float8) AS SELECT $1, pg_sleep($2)::text, NULL"
FAIL = "PREPARE fail (int) AS SELECT 1 / $1"
Open = Callable[..., Any]


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    made: list[Wire] = []

    async def open_wire(*prelude: str, hear: Callable[[str], None] | None = None) -> Wire:
        made.append(await Wire.open(*prelude, hear=hear))
        return made[-1]

    yield open_wire
    for each in made:
        each.close()


async def end_backend(pid: int) -> None:
    connection = await psycopg.AsyncConnection.connect(database.conninfo(), autocommit=True)
    async with connection:
        await connection.execute("SELECT pg_terminate_backend(%s, 2000)", (pid,))


def pid_of(one: Wire) -> int:
    return one._pgconn.backend_pid


async def test_it_answers_in_text_again_and_again(opened: Open) -> None:
    one = await opened(ECHO)
    for text in ("配送", "", "x" * 3_000_000):
        assert await one.execute(b"echo", text.encode(), b"0") == [(text.encode(), b"", None)]


async def test_an_error_has_its_class_and_the_wire_goes_on(opened: Open) -> None:
    one = await opened(FAIL)
    with pytest.raises(psycopg.errors.DivisionByZero):
        await one.execute(b"fail", b"0")
    assert await one.execute(b"fail", b"1") == [(b"1",)]


async def test_it_hears_notices_also_while_it_waits_for_an_answer(opened: Open) -> None:
    heard: list[str] = []
    one = await opened("LISTEN wire_test", ECHO, hear=heard.append)
    other = await opened("PREPARE ring (text) AS SELECT pg_notify('wire_test', $1)")
    await other.execute(b"ring", "一".encode())
    answer = asyncio.create_task(one.execute(b"echo", b"a", b"0.2"))
    await other.execute(b"ring", "二".encode())
    await answer
    async with asyncio.timeout(5):
        while len(heard) < 2:  # noqa: ASYNC110  # it is the loop that we wait for
            await asyncio.sleep(0.01)
    assert heard == ["一", "二"]


async def test_a_lost_connection_is_told_to_who_waits_and_to_who_comes_later(opened: Open) -> None:
    one = await opened(ECHO)
    waiting = asyncio.create_task(one.execute(b"echo", b"a", b"20"))
    await asyncio.sleep(0.1)
    await end_backend(pid_of(one))
    with pytest.raises(psycopg.OperationalError):
        await waiting
    async with asyncio.timeout(5):
        while one.is_open:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    with pytest.raises(psycopg.OperationalError):
        await one.execute(b"echo", b"a", b"0")


async def test_who_is_cancelled_leaves_no_answer_behind_for_the_next(opened: Open) -> None:
    one = await opened(ECHO)
    waiting = asyncio.create_task(one.execute(b"echo", b"a", b"5"))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not one.is_open


async def test_a_database_that_is_silent_for_long_is_given_up(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "ANSWER_SECONDS", 0.1)
    one = await opened(ECHO)
    with pytest.raises(psycopg.OperationalError):
        await one.execute(b"echo", b"a", b"5")


async def test_wires_are_used_in_turn_and_opened_anew_when_they_are_lost() -> None:
    wires = Wires(ECHO, "PREPARE who AS SELECT pg_backend_pid()", most=2)
    try:
        said = [wires.execute(b"echo", str(n).encode(), b"0.01") for n in range(6)]
        answers = await asyncio.gather(*said)
        assert [row[0] for [row] in answers] == [b"0", b"1", b"2", b"3", b"4", b"5"]
        assert len(wires._idle) == 2
        for one in list(wires._idle):
            await end_backend(pid_of(one))
        async with asyncio.timeout(5):
            while any(one.is_open for one in wires._idle):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert len(await wires.execute(b"who")) == 1
    finally:
        wires.close()
