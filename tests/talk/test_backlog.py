"""Who is behind but reads gets everything, in order, once; and costs little while it waits."""

import asyncio
import json
import random
import tracemalloc
from typing import Any

import psycopg
import pytest

from talk import backlog, credit, outbox
from talk.outbox import Outbox
from talk.told import Told
from talk.turn import Turn
from tests.talk.test_outbox import Wire, settle

EVENTS = 6_000


class Log:
    """Finds again what was told, in pages of its own size, after a while."""

    def __init__(self, most: int = backlog.PAGE) -> None:
        self.told: dict[int, str] = {}
        self.most = most
        self.asked: list[int] = []

    def tell(self, number: int, text: str) -> Told:
        """Return what a hub would hand over; the log keeps the text in another object."""
        self.told[number] = text.encode().decode()
        return Told(text, len(text.encode()), number)

    async def again(self, numbers: list[int]) -> list[Told | None]:
        await asyncio.sleep(0)
        self.asked += numbers[: self.most]
        texts = [self.told[number] for number in numbers[: self.most]]
        return [
            Told(text, len(text.encode()), number)
            for number, text in zip(numbers, texts, strict=False)
        ]


def boxed(log: Log) -> tuple[Outbox, Wire]:
    wire = Wire()
    box = Outbox(wire.send, Turn(), log.again)
    box.begin('"ready"', [])
    return box, wire


@pytest.mark.parametrize("seed", range(20))
async def test_a_reader_that_is_behind_but_acknowledges_gets_all_in_order_and_once(
    seed: int,
) -> None:
    """Events, heartbeats and acknowledgements in any order, and a log that answers late."""
    dice, log = random.Random(seed), Log(most=random.Random(seed).choice([1, 7, 128]))
    box, wire = boxed(log)
    expected: list[Any] = ["ready"]
    for n in range(1, 3_000):
        if dice.random() < 0.02:
            box.push_in_order(f'"beat {n}"')
            expected.append(f"beat {n}")
        box.push(log.tell(n, f"{n}"))
        expected.append(n)
        if dice.random() < 0.002:
            await acknowledge(box, wire)
    while len(wire.items) < len(expected):
        before = len(wire.items)
        await acknowledge(box, wire)
        assert len(wire.items) > before, "it goes on with each acknowledgement"
    assert wire.items == expected
    assert wire.closed_with is None
    assert log.asked, "some of it had to be looked up"
    assert len(log.asked) == len(set(log.asked))


async def acknowledge(box: Outbox, wire: Wire) -> None:
    box.acknowledge(sum(isinstance(item, int) for item in wire.items))
    for _ in range(40):
        await settle()


async def test_i16_what_waits_for_a_reader_that_takes_nothing_is_less_than_a_mebibyte() -> None:
    """Each text is its own: as if this reader alone were left to hold them."""
    log = Log()
    box, wire = boxed(log)
    await settle()
    tracemalloc.start()
    try:
        for n in range(1, credit.MOST_EVENTS + EVENTS):
            text = json.dumps(f"{n}" + "長い文" * 80, ensure_ascii=False)
            box.push(Told(text, len(text.encode()), n))
        await settle()
        wire.sent.clear()
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert wire.closed_with is None
    assert grown < 1 << 20


async def test_what_nobody_can_be_told_any_more_is_passed_over() -> None:
    log = Log()
    box, wire = boxed(log)
    count = credit.MOST_EVENTS + backlog.MOST_EVENTS + 3
    for n in range(1, count + 1):
        box.push(log.tell(n, f"{n}"))
        await asyncio.sleep(0)
    again = log.again

    async def all_but_the_second(numbers: list[int]) -> list[Told | None]:
        first, _, *rest = await again(numbers)
        return [first, None, *rest]

    box._log = all_but_the_second
    while wire.items[-1] != count:
        await acknowledge(box, wire)
    assert wire.items == ["ready", *range(1, count - 1), count]


async def test_while_the_log_is_away_who_is_behind_waits_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "LOG_AWAY_SECONDS", 0)
    log = Log()
    box, wire = boxed(log)
    count = 2_000
    for n in range(1, count + 1):
        box.push(log.tell(n, f"{n}"))
        await asyncio.sleep(0)
    again, failures = log.again, [psycopg.OperationalError(), psycopg.OperationalError()]

    async def away_at_first(numbers: list[int]) -> list[Told | None]:
        if failures:
            raise failures.pop()
        return await again(numbers)

    box._log = away_at_first
    while wire.items[-1] != count:
        await acknowledge(box, wire)
    assert wire.items == ["ready", *range(1, count + 1)]
    assert failures == []


async def test_who_is_behind_in_a_log_that_cannot_be_read_is_closed_as_slow_and_resumes() -> None:
    async def broken(numbers: list[int]) -> list[Told | None]:
        raise LookupError("dropped")

    wire = Wire()
    box = Outbox(wire.send, Turn(), broken)
    box.begin('"ready"', [])
    for n in range(1, 2_000):
        box.push(Told(f"{n}", 1, n))
    await settle()
    assert wire.closed_with is None
    while wire.closed_with is None:
        await acknowledge(box, wire)
    assert wire.closed_with == outbox.SLOW
    assert [item for item in wire.items if item != "ready"] == list(range(1, len(wire.items)))


async def test_who_is_closed_while_it_catches_up_gets_nothing_more() -> None:
    log = Log()
    gate = asyncio.Event()
    again = log.again

    async def slowly(numbers: list[int]) -> list[Told | None]:
        await gate.wait()
        return await again(numbers)

    wire = Wire()
    box = Outbox(wire.send, Turn(), slowly)
    box.begin('"ready"', [])
    for n in range(1, 1_000):
        box.push(log.tell(n, f"{n}"))
    for _ in range(4):
        await acknowledge(box, wire)
    got = len(wire.items)
    box.close(4009)
    gate.set()
    await settle()
    assert wire.closed_with == 4009
    assert len(wire.items) == got
