from collections.abc import Iterator

import pytest

from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.phone import Phone
from tests.integrations.line.platform import Platform
from tests.integrations.line.simulator.hook import Hook


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()
    yield hook
    hook.close()


@pytest.fixture
def shop(platform: Platform, hook: Hook) -> OfficialAccount:
    shop = platform.account("ショップ")
    shop.turn(webhook={"url": hook.url})
    return shop


@pytest.fixture
def aoi(shop: OfficialAccount) -> Phone:
    return shop.phone("葵")
