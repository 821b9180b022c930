"""Tests with real transactions leave nothing behind, in the unmanaged tables either."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from customers.client import ClientFacts
from customers.ingest import record
from customers.models import Activity
from talk.actions import messages
from talk.models import Event
from tests.cast import Cast


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_the_second_finds_nothing_of_the_first(turn: str) -> None:
    assert (Event.objects.count(), Activity.objects.count()) == (0, 0)
    guest = Cast().guest()
    messages.receive(guest.visitor, client_id=uuid4(), body="hello")
    page = {"kind": "page", "url": "https://shop.example/", "id": str(uuid4())}
    told = {**page, "at": datetime.now(UTC).isoformat()}
    record(guest.visitor.profile_id, [told], client=ClientFacts())
    assert Event.objects.exists()
    assert Activity.objects.exists()


@pytest.mark.django_db
def test_what_comes_after_finds_nothing_either() -> None:
    assert (Event.objects.count(), Activity.objects.count()) == (0, 0)
