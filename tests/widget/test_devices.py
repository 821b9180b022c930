"""S-10: a visitor's token that goes on in another device is pointed out to operators."""

from typing import Any

import pytest
from django.db.models.functions import Now

from talk.actions import devices
from talk.models import Event, Note, VisitorToken
from tests.cast import Cast, Guest
from tests.widget.site import AGENT, OURS, Page
from tests.widget.test_messages import say

pytestmark = pytest.mark.django_db
NEWER = AGENT.replace("Chrome/141", "Chrome/152")
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)
DESKTOP_NAME, PHONE_NAME = "desktop/Chrome/Windows", "mobile/Safari/iOS"


def look(guest: Guest, agent: str = AGENT) -> Any:
    page = Page(OURS, guest)
    page.client.defaults["HTTP_USER_AGENT"] = agent
    answer = page.get("conversations")
    assert answer.status_code == 200
    return answer.json()


def lines() -> list[dict[str, Any]]:
    return list(
        Note.objects.filter(kind="system").order_by("version").values_list("data", flat=True)
    )


def test_s_10_another_device_is_pointed_out_to_operators_alone(cast: Cast) -> None:
    guest = cast.guest()
    say(guest)
    look(guest)
    look(guest, NEWER)
    assert lines() == []
    seen = look(guest, PHONE)
    assert lines() == [{"code": "device", "from": DESKTOP_NAME, "to": PHONE_NAME}]
    assert Event.objects.filter(kind="note.created").count() == 1
    assert "device" not in str(seen) + str(look(guest, PHONE))
    assert VisitorToken.objects.get().device == PHONE_NAME


def test_s_10_devices_that_take_turns_are_pointed_out_once_an_hour(cast: Cast) -> None:
    guest = cast.guest()
    say(guest)
    for agent in (AGENT, PHONE, AGENT, PHONE, AGENT):
        look(guest, agent)
    assert len(lines()) == 1
    VisitorToken.objects.update(device_told_at=Now() - devices.NOT_AGAIN_FOR)
    look(guest, PHONE)
    assert len(lines()) == 2


def test_s_10_what_tells_of_no_device_says_nothing(cast: Cast) -> None:
    guest = cast.guest()
    say(guest)
    for agent in (AGENT, "", "🤷", "x" * 5000, AGENT):
        look(guest, agent)
    assert lines() == []


def test_s_10_without_a_conversation_there_is_nobody_to_be_told(cast: Cast) -> None:
    guest = cast.guest()
    look(guest)
    look(guest, PHONE)
    say(guest)
    assert lines() == []
    assert VisitorToken.objects.get().device == PHONE_NAME
