"""The outbox is bounded, coalesces, and sends no further than the client's credit."""

import asyncio
import json
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from talk import answers, backlog, credit, outbox, patience
from talk.outbox import Log, Outbox
from talk.told import Told, size_of
from talk.turn import Turn


class Wire:
    """What has been sent, frame by frame."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def items(self) -> list[Any]:
        frames = [json.loads(each["text"]) for each in self.sent if "text" in each]
        return [
            item for frame in frames for item in (frame if isinstance(frame, list) else [frame])
        ]

    @property
    def closed_with(self) -> int | None:
        codes = [each["code"] for each in self.sent if each["type"] == "websocket.close"]
        return codes[0] if codes else None


def event(text: str, size: int, number: int = 1) -> Told:
    return Told(text, size, number)


async def nothing_logged(numbers: list[int]) -> list[Told | None]:
    raise AssertionError(f"nobody is behind, and {numbers} are looked up")


@asynccontextmanager
async def running(log: Log = nothing_logged) -> AsyncIterator[tuple[Outbox, Wire]]:
    wire = Wire()
    box = Outbox(wire.send, Turn(), log)
    box.begin('"ready"', [])
    await settle()
    wire.sent.clear()
    yield box, wire


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_what_gathers_is_one_frame_in_order() -> None:
    async with running() as (box, wire):
        for n in range(5):
            box.push(event(str(n), 1))
        await settle()
        assert wire.items == [0, 1, 2, 3, 4]
        assert len(wire.sent) == 1


async def test_events_stop_at_the_credit_and_go_on_with_an_acknowledgement() -> None:
    async with running() as (box, wire):
        for n in range(300):
            box.push(event(str(n), 1))
        await settle()
        assert wire.items == list(range(credit.MOST_EVENTS))
        box.acknowledge(32)
        await settle()
        assert wire.items == list(range(credit.MOST_EVENTS + 32))


async def test_credit_counts_bytes_too() -> None:
    async with running() as (box, wire):
        for n in range(8):
            box.push(event(str(n), 50 * 1024))
            await settle()
        assert wire.items == list(range(8))
        box.push(event("8", 50 * 1024))
        await settle()
        assert wire.items == list(range(8))


async def test_answers_need_no_credit() -> None:
    async with running() as (box, wire):
        for n in range(300):
            box.push(event(str(n), 1))
        await settle()
        box.push_reply('"answer"')
        await settle()
        assert wire.items[-1] == "answer"


async def test_a_heartbeat_never_overtakes_the_events_before_it() -> None:
    async with running() as (box, wire):
        for n in range(260):
            box.push(event(str(n), 1))
        box.push_in_order('"heartbeat"')
        await settle()
        assert "heartbeat" not in wire.items
        box.acknowledge(10)
        await settle()
        assert wire.items == [*range(260), "heartbeat"]


async def test_i16_too_much_put_off_closes_the_slow_reader() -> None:
    async with running() as (box, wire):
        most = credit.MOST_EVENTS + backlog.MOST_EVENTS + backlog.MOST_PUT_OFF
        for n in range(most):
            box.push(event(str(n), 1))
            if n % 64 == 0:
                await asyncio.sleep(0)
        await settle()
        assert wire.closed_with is None
        box.push(event("one more", 1))
        await settle()
        assert wire.closed_with == outbox.SLOW


async def test_an_acknowledgement_of_more_than_was_sent_gives_no_extra_credit() -> None:
    async with running() as (box, wire):
        box.push(event("0", 1))
        await settle()
        box.acknowledge(10**15)
        for n in range(1, 300):
            box.push(event(str(n), 1))
        await settle()
        assert len(wire.items) == 1 + credit.MOST_EVENTS


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "MOST_SECONDS", 0.2)
    monkeypatch.setattr(patience, "LOOK_SECONDS", 0.02)


@pytest.mark.usefixtures("impatient")
async def test_without_credit_for_long_the_socket_is_closed() -> None:
    async with running() as (box, wire):
        for n in range(300):
            box.push(event(str(n), 1))
        await asyncio.sleep(0.1)
        box.acknowledge(1)
        await asyncio.sleep(0.12)
        assert wire.closed_with is None, "the acknowledgement came 0.12 s ago"
        box.acknowledge(1)  # says nothing new
        await asyncio.sleep(0.15)
        assert wire.closed_with == outbox.SLOW


@pytest.mark.usefixtures("impatient")
async def test_a_client_that_takes_nothing_for_long_is_closed_past_the_stuck_send() -> None:
    wire = SlowWire()
    box = Outbox(wire.send, Turn(), nothing_logged)
    box.begin('"ready"', [])
    await settle()
    assert wire.sent == []
    await asyncio.sleep(0.3)
    wire.room.set()
    await settle()
    assert [each["type"] for each in wire.sent] == ["websocket.close"]
    assert wire.closed_with == outbox.SLOW


@pytest.mark.usefixtures("impatient")
async def test_a_client_that_is_slow_but_goes_on_is_left_alone() -> None:
    wire = SlowWire()
    box = Outbox(wire.send, Turn(), nothing_logged)
    box.begin('"ready"', [])
    await settle()
    for n in range(10):
        box.push_reply(str(n))
        await asyncio.sleep(0.05)
        wire.room.set()
        await settle()
        wire.room.clear()
    assert wire.items == ["ready", *range(10)]
    assert wire.closed_with is None


BIG = '"' + "長" * 10_000 + '"'


async def test_i16_answers_that_nobody_reads_hold_back_the_next_command_and_close_nothing() -> None:
    wire = SlowWire()
    box = Outbox(wire.send, Turn(), nothing_logged)
    box.begin('"ready"', [])
    await settle()
    count = 0
    while not box.is_full:
        box.push_reply(BIG)
        count += 1
    assert count * 20_000 < 2 * answers.MOST_BYTES
    box.push_soft('"typing"')
    reader = asyncio.create_task(box.room())
    await settle()
    assert not reader.done()
    wire.room.set()
    await settle()
    assert reader.done()
    assert [len(item) for item in wire.items] == [5, *[10_000] * count], "what is soft is lost"
    assert wire.closed_with is None
    most = max(len(each["text"].encode()) for each in wire.sent)
    assert most <= outbox.MOST_FRAME_BYTES + len(BIG.encode())


@pytest.mark.parametrize("word", ["0", "😀"])  # one of these makes four bytes of each character
async def test_i16_all_that_waits_for_a_client_that_reads_nothing_is_below_a_mebibyte(
    word: str,
) -> None:
    """With any one bound twice as large it is more; the server's own share is in `tests.server`."""
    wire = SlowWire()
    box = Outbox(wire.send, Turn(), nothing_logged)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for n in range(8):
            text = text_of(word, n, 30_000)
            box.push(event(text, size_of(text)))
        box.begin('"ready"', [])  # a frame as large as one can be is on its way, for ever
        await settle()
        n = 0
        while not box.answers.is_full:
            box.push_reply(text_of(word, n, 10_000))
            n += 1
        while not box.is_closing:
            n += 1
            text = text_of(word, n, 500)
            box.push(event(text, size_of(text), number=n))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 850 * 1024 < peak - before < 900 * 1024
    wire.room.set()


def text_of(word: str, n: int, size: int) -> str:
    """Return one that takes so much memory."""
    count = size // (4 if word == "😀" else 1)
    return f'"{word}{n:0{count - 3}d}"'


def test_i16_the_bounds_are_the_documented_ones() -> None:
    told = " ".join(Path("docs/protocol.md").read_text().split("## Credit")[1].split())
    for words in (
        f"at most {credit.MOST_EVENTS} events or {credit.MOST_BYTES // 1024} KiB ahead",
        f"if more than {backlog.MOST_PUT_OFF:,} events wait for it",
        f"no credit for {patience.MOST_SECONDS:.0f} seconds",
        f"while more than {answers.MOST_BYTES // 1024} KiB of them wait",
    ):
        assert words in told
    assert (backlog.MOST_EVENTS, backlog.MOST_BYTES) == (512, 256 * 1024)


async def test_i16_answers_that_the_store_owes_hold_back_the_next_command_too() -> None:
    async with running() as (box, _):
        owed = [box.answers.owe("長" * 10_000) for _ in range(6)]
        assert box.is_full
        reader = asyncio.create_task(box.room())
        await settle()
        assert not reader.done()
        for size in owed:
            box.answers.settle(size)
        box.look_for_room()
        await settle()
        assert reader.done()


async def test_i16_what_waits_for_credit_never_holds_back_the_acknowledgement() -> None:
    async with running() as (box, wire):
        for n in range(20):
            box.push(event(str(n), 30 * 1024))
            await settle()
        assert len(wire.items) < 20
        box.push_in_order(BIG)
        assert not box.is_full


async def test_i16_in_order_answers_that_nobody_reads_hold_back_the_next_command() -> None:
    wire = SlowWire()
    box = Outbox(wire.send, Turn(), nothing_logged)
    box.begin('"ready"', [])
    await settle()
    for _ in range(5):
        box.push_in_order(BIG)
    assert box.is_full
    reader = asyncio.create_task(box.room())
    await settle()
    box.close(4009)
    await settle()
    assert reader.done(), "who is closed needs no room"


async def test_ready_comes_first_then_what_was_missed_then_what_gathered_meanwhile() -> None:
    wire = Wire()
    box = Outbox(wire.send, Turn(), nothing_logged)
    box.push(event('"meanwhile"', 1))
    await settle()
    assert wire.sent == []
    box.begin('"ready"', [event('"missed"', 8)])
    await settle()
    assert wire.items == ["ready", "missed", "meanwhile"]


async def test_what_was_missed_comes_as_one_text_and_each_event_of_it_needs_credit() -> None:
    wire = Wire()
    box = Outbox(wire.send, Turn(), nothing_logged)
    box.begin('"ready"', [Told("1,2,3", 5, events=3)])
    for n in range(credit.MOST_EVENTS):
        box.push(event(f'"{n}"', 3))
    await settle()
    assert wire.items == ["ready", 1, 2, 3, *[f"{n}" for n in range(credit.MOST_EVENTS - 3)]]
    box.acknowledge(2)
    await settle()
    assert wire.items[-2:] == [f"{credit.MOST_EVENTS - 3}", f"{credit.MOST_EVENTS - 2}"]


async def test_what_was_missed_is_a_list_even_in_a_frame_of_its_own() -> None:
    wire = Wire()
    box = Outbox(wire.send, Turn(), nothing_logged)
    ready = '"' + "r" * outbox.MOST_FRAME_BYTES + '"'
    box.begin(ready, [Told("1,2", 3, events=2)])
    await settle()
    assert [json.loads(each["text"]) for each in wire.sent] == [json.loads(ready), [1, 2]]


class SlowWire(Wire):
    """A client that takes a frame only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.room = asyncio.Event()

    async def send(self, message: dict[str, Any]) -> None:
        await self.room.wait()
        await super().send(message)


async def test_what_a_slow_client_makes_wait_follows_in_order() -> None:
    wire = SlowWire()
    box = Outbox(wire.send, Turn(), nothing_logged)
    box.begin('"ready"', [])
    await settle()
    box.push(event("1", 1))
    box.push_reply("2")
    await settle()
    assert wire.sent == []
    wire.room.set()
    await settle()
    assert wire.items == ["ready", 2, 1]
    box.push(event("3", 1))
    box.close(4001, "bye")
    await box.closed(seconds=1)
    assert wire.closed_with == 4001
    assert wire.items == ["ready", 2, 1]


async def test_an_abandoned_outbox_lets_go_of_a_client_that_never_reads() -> None:
    wire = SlowWire()
    box = Outbox(wire.send, Turn(), nothing_logged)
    box.begin('"ready"', [])
    await settle()
    box.abandon()
    wire.room.set()
    await settle()
    assert wire.sent == []


async def test_one_frame_is_made_for_all_who_get_the_same() -> None:
    wires, turn = [Wire(), Wire()], Turn()
    for wire in wires:
        box = Outbox(wire.send, turn, nothing_logged)
        box.begin('"ready"', [])
        box.push(event("1", 1))
    await settle()
    first, second = (wire.sent[0] for wire in wires)
    assert first is second
    assert wires[0].items == wires[1].items == ["ready", 1]
