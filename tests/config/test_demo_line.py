"""The demonstration's LINE inbox: connected with the simulated platform as by an administrator."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import Settings

from config.demo.data.staff import MEMBERS as MEMBER_DESK
from config.demo.data.staff import SUPPORT, logins_file
from config.demo.identity import give_key
from config.demo.line import connect_demo_inbox
from config.demo.members import MEMBERS
from integrations.line.models import LineChannel
from talk.models import Inbox, Team
from tests.integrations.line.platform import Platform
from tests.integrations.line.simulator.hook import Hook

HIDDEN = 'name="identity"'
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hook() -> Iterator[Hook]:
    """Stands where our web processes are."""
    hook = Hook()
    yield hook
    hook.close()


@pytest.fixture
def platform(settings: Settings, hook: Hook, tmp_path: Path) -> Iterator[Platform]:
    settings.STATE_DIR = tmp_path
    settings.PUBLIC_URL = hook.url.removesuffix("/webhook")
    with Platform() as platform:
        settings.LINE_API_BASE = settings.LINE_DATA_BASE = platform.base
        yield platform


def test_a_demonstration_gets_one_inbox_whose_first_words_come_from_a_phone(
    settings: Settings, platform: Platform, hook: Hook
) -> None:
    shop = platform.account("ソバニ商店")
    shop.phone("葵", key="aoi")
    for name in (SUPPORT, MEMBER_DESK):
        Team.objects.create(name=name)
    assert connect_demo_inbox() == ""
    assert not LineChannel.objects.exists(), "somebody's own data"
    logins_file().write_text("[]")
    website = Inbox.objects.create(name="店", allowed_origins=[settings.PUBLIC_URL])
    assert connect_demo_inbox() == ""
    channel = LineChannel.objects.get()
    assert [*channel.setup.offered_on.all()] == [website]
    login = platform.call("GET", f"accounts/{channel.login_channel_id}")
    assert login["callback_urls"] == [f"{settings.PUBLIC_URL}/line/login"]
    assert (channel.channel_id, channel.inbox.name) == (shop.channel_id, "ソバニ商店")
    assert {team.name for team in channel.inbox.teams.all()} == {SUPPORT, MEMBER_DESK}
    address = f"{settings.PUBLIC_URL}/integrations/line/{channel.inbox.public_id}/webhook"
    assert shop.row["webhook"]["url"] == address
    (event,) = hook.events
    assert event["message"]["text"].startswith("こんにちは。")
    menu = shop.api("GET", f"/v2/bot/richmenu/{shop.row['default_rich_menu']}").json()
    assert [area["action"].get("label") for area in menu["areas"]] == [
        "ご注文の状況", "会員連携", "よくある質問",
    ]  # fmt: skip


def test_an_inbox_that_is_connected_follows_to_another_address(
    settings: Settings, platform: Platform, hook: Hook
) -> None:
    shop = platform.account("ソバニ商店")
    shop.phone("葵", key="aoi")
    logins_file().write_text("[]")
    connect_demo_inbox()
    settings.PUBLIC_URL = f"{settings.PUBLIC_URL}/elsewhere"
    connect_demo_inbox()
    assert LineChannel.objects.count() == 1
    assert shop.row["webhook"]["url"].startswith(settings.PUBLIC_URL)
    assert len(hook.events) == 1, "said once"


def test_members_of_the_shop_hand_their_identity_to_our_own_page_alone(
    settings: Settings, client: Client
) -> None:
    inbox = Inbox.objects.create(name="店", allowed_origins=[settings.PUBLIC_URL])
    give_key(inbox)
    asked = {"return_to": f"{settings.PUBLIC_URL}/line/link/abc"}
    known = {"email": MEMBERS[0].email, "password": MEMBERS[0].password}
    assert HIDDEN not in client.get("/demo/line/", asked).content.decode()
    where = f"/demo/line/?{urlencode(asked)}"
    assert client.post(where, {**known, "password": "x"}).status_code == 422
    shown = client.post(where, known)
    assert MEMBERS[0].name in shown.content.decode()
    assert f'action="{asked["return_to"]}"' in shown.content.decode()
    assert f" {settings.LINE_ACCESS_BASE};" in f"{shown.headers['Content-Security-Policy']};"
    assert HIDDEN in shown.content.decode()
    twin = f"{settings.PUBLIC_URL}.evil.example/line/link/a"
    for stranger in ("", "https://evil.example/", twin):
        found = client.get("/demo/line/", {"return_to": stranger})
        assert found.status_code == 404, stranger
        assert HIDDEN not in found.content.decode()
