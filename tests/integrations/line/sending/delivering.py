"""What the tests of sending ask and do."""

from datetime import timedelta
from typing import NoReturn
from uuid import UUID

import pytest
from django.utils import timezone

from integrations.line import sending
from talk.actions import deliveries
from talk.models import Delivery
from tests.integrations.line.account import OfficialAccount

REPLY, PUSH = "POST /v2/bot/message/reply", "POST /v2/bot/message/push"
QUOTA = "GET /v2/bot/message/quota"


def keys(account: OfficialAccount) -> list[str]:
    return [each["headers"].get("x-line-retry-key", "") for each in account.calls(PUSH)]


def state(delivery: Delivery) -> tuple[str, str]:
    return delivery.state, delivery.reason


class Killed(BaseException):
    pass


def killed(*_: object, **__: object) -> NoReturn:
    raise Killed


def die_before_settling(id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliver in a worker that is killed once LINE has answered; let its lease run out."""

    with monkeypatch.context() as patch:
        patch.setattr(sending.parts, "settle", killed)
        with pytest.raises(Killed):
            deliveries.deliver(id)
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
