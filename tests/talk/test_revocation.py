"""The second look at sockets finds what no `access.changed` has told (I-39)."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import F
from django.utils import timezone

from talk import database, revocation
from talk.actions import access
from talk.hub import Hub
from talk.models import Inbox, Operator, VisitorToken
from tests.cast import Cast, actor
from tests.talk.test_hub import Ear

pytestmark = pytest.mark.django_db(transaction=True)
Sockets = tuple[Hub, "Holder", "Holder"]


class Holder(Ear):
    """A socket that only says what let it in, and notes its end."""

    def __init__(self, bearer: tuple[str, Any]) -> None:
        super().__init__()
        self.bearer = bearer
        self.is_revoked = False

    def revoke(self) -> None:
        self.is_revoked = True


def make() -> tuple[Holder, Holder]:
    """Return the sockets of an operator and of a visitor."""
    cast = Cast()
    session = SessionStore()
    session.create()
    version = actor(Operator.objects.get(id=cast.oto.id)).access_version
    operator = Holder(("operator", (cast.oto.id, version, session.session_key)))
    return operator, Holder(("visitor", access.digest(cast.guest().token)))


@pytest.fixture
async def sockets() -> AsyncIterator[tuple[Hub, Holder, Holder]]:
    operator, visitor = await database_sync_to_async(make)()
    hub = Hub()
    for each in (operator, visitor):
        hub.attach(each, [])
    yield hub, operator, visitor
    await database.close()


async def test_who_is_still_allowed_in_stays(sockets: Sockets) -> None:
    hub, operator, visitor = sockets
    await revocation.recheck(hub)
    assert (operator.is_revoked, visitor.is_revoked) == (False, False)
    assert await revocation.is_good(operator)
    assert await revocation.is_good(visitor)


def deactivate() -> None:
    Operator.objects.update(is_active=False)


def change_rights() -> None:
    Operator.objects.update(access_version=F("access_version") + 1)


def lose_session() -> None:
    Session.objects.all().delete()


def let_session_expire() -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("end", [deactivate, change_rights, lose_session, let_session_expire])
async def test_an_operator_who_lost_their_access_is_found(
    sockets: Sockets, end: Callable[[], None]
) -> None:
    hub, operator, visitor = sockets
    await database_sync_to_async(end)()
    await revocation.recheck(hub)
    assert (operator.is_revoked, visitor.is_revoked) == (True, False)
    assert not await revocation.is_good(operator)


def close_inbox() -> None:
    Inbox.objects.update(is_active=False)


def reset_widget() -> None:
    VisitorToken.objects.update(revoked_at=timezone.now())


@pytest.mark.parametrize("end", [close_inbox, reset_widget])
async def test_a_visitor_whose_token_ended_is_found(
    sockets: Sockets, end: Callable[[], None]
) -> None:
    hub, operator, visitor = sockets
    await database_sync_to_async(end)()
    await revocation.recheck(hub)
    assert (operator.is_revoked, visitor.is_revoked) == (False, True)
