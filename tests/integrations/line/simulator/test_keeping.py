"""The phones of `make run` remember their chats."""

import asyncio
from pathlib import Path

import pytest

from integrations.line.simulator import keeping
from integrations.line.simulator.keeping import Keeper, read_world
from integrations.line.simulator.seed import demo_world
from integrations.line.simulator.things import Bubble, Content


async def test_what_was_said_is_there_after_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PAUSE_SECONDS", 0)
    file, world = tmp_path / "world", demo_world()
    (account,) = world.accounts.values()
    chat = world.chat_of(account, world.people["ren"])
    chat.bubbles.append(Bubble("1", "ren", 5, {"type": "image"}))
    world.contents["1"] = Content(account.channel_id, "image", "image/png", b"\x89PNG")
    keeper = Keeper(world, file)
    keeper.keep_soon()
    keeper.keep_soon()
    await asyncio.sleep(0.01)
    assert read_world(file) == world
    assert file.stat().st_mode & 0o777 == 0o600, "the channel's secret is in it"


def test_what_another_version_wrote_is_no_world(tmp_path: Path) -> None:
    file = tmp_path / "world"
    assert read_world(file) is None
    file.write_bytes(b"\x81\xa1a\x01\xff")
    assert read_world(file) is None
