"""At another port the demo shop keeps its widget; an inbox with a real site is left alone."""

import pytest
from django.test import override_settings

from config.demo.address import move_demo_inboxes
from talk.models import Inbox

pytestmark = pytest.mark.django_db


def sites(*origins: str) -> list[str]:
    inbox = Inbox.objects.create(name="shop", allowed_origins=list(origins))
    move_demo_inboxes()
    return Inbox.objects.get(id=inbox.id).allowed_origins


@override_settings(PUBLIC_URL="http://localhost:9000")
def test_an_inbox_of_this_machine_moves_with_the_port() -> None:
    assert sites("http://localhost:8000") == ["http://localhost:9000"]


@override_settings(PUBLIC_URL="http://localhost:9000")
@pytest.mark.parametrize(
    "origins", [[], ["https://shop.example"], ["http://localhost:8000", "https://shop.example"]]
)
def test_an_inbox_with_a_real_site_or_none_stays(origins: list[str]) -> None:
    assert sites(*origins) == origins


@override_settings(PUBLIC_URL="https://talk.example")
def test_a_public_address_moves_nothing() -> None:
    assert sites("http://localhost:8000") == ["http://localhost:8000"]
