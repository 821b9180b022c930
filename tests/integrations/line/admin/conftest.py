"""An account whose platform reaches us over HTTP, and an administrator who may connect it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from integrations.line import client
from tests.cast import PASSWORD, Cast
from tests.clients import browser
from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.platform import Platform


@pytest.fixture
def account(
    platform: Platform, settings: Settings, live_server: LiveServer
) -> Iterator[OfficialAccount]:
    settings.LINE_API_BASE = settings.LINE_DATA_BASE = platform.base
    settings.LINE_ACCESS_BASE = platform.base
    settings.PUBLIC_URL = live_server.url
    yield platform.account("ショップ公式")
    client.close()


@pytest.fixture
def cast(transactional_db: None, settings: Any) -> Cast:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()  # throttles that an earlier test used up
    return Cast()


@pytest.fixture
def admin(cast: Cast) -> Client:
    """A browser whose administrator has just given their password again."""
    found = browser(cast.aoi)
    found.post("/account/confirm/", {"password": PASSWORD})
    return found
