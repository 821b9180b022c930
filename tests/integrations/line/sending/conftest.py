"""One person who writes, and the operator who answers, without the webhook between them."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from integrations.line import client
from talk.models import Inbox
from talk.policy import Actor
from tests.cast import Cast, actor
from tests.integrations.line import oracle
from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.platform import Platform
from tests.integrations.line.thread import Thread


@pytest.fixture
def account(platform: Platform, settings: Settings) -> OfficialAccount:
    settings.LINE_API_BASE = settings.LINE_DATA_BASE = platform.base
    return platform.account()


@pytest.fixture
def thread(account: OfficialAccount) -> Iterator[Thread]:
    thread = Thread(account)
    yield thread
    for body in account.replies():
        oracle.check_reply(body)
    for body in account.pushes():
        oracle.check_push(body)
    client.close()


@pytest.fixture
def oto(thread: Thread) -> Actor:
    cast = Cast()
    cast.__dict__["shop"] = Inbox.objects.get(id=thread.channel.pk)
    return actor(cast.aoi)
