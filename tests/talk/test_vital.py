"""A process that has lost a task it cannot do without says so and leaves."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.embedded.places import redis_url
from config.embedded.valkey import start_valkey
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


async def test_one_whose_cancellation_was_swallowed_ends_all_the_same(
    asked_to_leave: list[int],
) -> None:
    async def stubborn() -> None:
        while vital.goes_on():
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                continue  # as if a driver had raised an error of its own, which was caught

    task = vital.start("the ring", stubborn())
    await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=1)
    await asyncio.sleep(0)
    assert done
    assert asked_to_leave == []


async def test_soft_news_ends_although_valkey_is_gone(tmp_path: Path, settings: Any) -> None:
    """It cannot leave its group then, and the error of that took the cancellation's place."""
    valkey = start_valkey(tmp_path)
    host = {"address": redis_url(tmp_path), "socket_timeout": 20}
    layer = {**settings.CHANNEL_LAYERS["default"], "CONFIG": {"hosts": [host]}}
    settings.CHANNEL_LAYERS = {"default": layer}
    before = asyncio.all_tasks()
    task = asyncio.create_task(soft.SoftNews(Hub()).listen())
    await asyncio.sleep(0.5)
    own = {each for each in asyncio.all_tasks() - before if "SoftNews" in repr(each)}
    assert len(own) == 3
    assert valkey.process is not None
    valkey.process.kill()
    valkey.process.wait()
    await asyncio.sleep(0.3)
    task.cancel()
    _, pending = await asyncio.wait(own, timeout=2)
    assert pending == set()


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
