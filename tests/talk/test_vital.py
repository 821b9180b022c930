"""A process that has lost a task it cannot do without says so and leaves."""

import asyncio
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from talk import soft, vital
from talk.hub import Hub
from tests.talk.test_hub import Ear


@pytest.fixture
def asked_to_leave() -> Iterator[list[int]]:
    asked: list[int] = []
    former = signal.signal(signal.SIGTERM, lambda number, _: asked.append(number))
    yield asked
    signal.signal(signal.SIGTERM, former)


async def breaks() -> None:
    raise KeyError("text")


async def returns() -> None:
    """End, as none of these tasks should."""


@pytest.mark.parametrize("runner", [breaks, returns])
async def test_a_vital_task_that_ends_takes_the_process_with_it(
    runner: Any, asked_to_leave: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    task = vital.start("the ring", runner())
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert asked_to_leave == [signal.SIGTERM]
    [record] = caplog.records
    assert record.levelname == "CRITICAL"
    assert record.getMessage() == "the ring has ended: this process leaves, to be started again"


async def test_one_that_is_cancelled_was_asked_to_end(asked_to_leave: list[int]) -> None:
    task = vital.start("the ring", asyncio.sleep(10))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert asked_to_leave == []


class Broken(Ear):
    def push_soft(self, text: str) -> None:
        raise ValueError("this socket is odd")


async def test_soft_news_that_is_none_is_dropped_alone(caplog: pytest.LogCaptureFixture) -> None:
    hub, ear = Hub(), Ear()
    hub.attach(ear, ["conversation:c"])
    hub.attach(Broken(), ["conversation:broken"])
    news = soft.SoftNews(hub)
    for message in (
        {"type": "soft"},
        {"topics": None, "text": "1"},
        {"topics": ["conversation:broken"], "text": "1"},
        {"topics": ["conversation:c"], "text": "2"},
    ):
        news._hand_over(message)
    assert ear.heard == [2]
    assert len(caplog.records) == 3
