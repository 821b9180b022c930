"""The LINE inbox of the demonstration, connected with the simulated platform."""

from typing import Any

import httpx2
from django.conf import settings
from django.urls import reverse

from config.demo.data.staff import MEMBERS, SUPPORT, logins_file
from config.demo.line_menu import add_menu
from config.demo.views import shop_inbox
from customers.audit import Kind, Who
from integrations.line.actions.channels import connect, correct_address, set_login
from integrations.line.actions.menus import MenuRefused
from integrations.line.models import LineChannel, LineSetup
from talk.errors import Invalid
from talk.models import Team

API = "/line-simulator/api"
SYSTEM = Who(Kind.SYSTEM, "manage.py up")
WORDS = {
    "ja": "こんにちは。先日注文したスニーカーのサイズを変更できますか？",
    "en": "Hello. May I still change the size of the sneakers that I ordered?",
}


def connect_demo_inbox() -> str:
    """Connect the simulated account as an administrator would; return why it could not be.

    Only where the demonstration is; what is connected already is told our present address.
    """
    if not logins_file().exists():
        return ""
    for account in _accounts():
        channel = LineChannel.objects.filter(channel_id=account["channel_id"]).first()
        if channel is not None:
            _follow_address(channel)
            continue
        try:
            _connect(account)
        except (Invalid, MenuRefused) as error:
            return str(error)
    return ""


def _connect(account: dict[str, Any]) -> None:
    channel = connect(
        SYSTEM,
        channel_id=account["channel_id"],
        secret=account["secret"],
        is_anyway=True,  # our web processes may be slow to answer for the first time
        teams=[*Team.objects.filter(name__in=(SUPPORT, MEMBERS))],
    )
    _join_with_shop(channel, account)
    add_menu(channel)
    _say_hello(account)


def _join_with_shop(channel: LineChannel, account: dict[str, Any]) -> None:
    """Let the demo shop's visitors go on in LINE, and its members link their account."""
    inbox = shop_inbox()
    if inbox is None:
        return
    setup, _ = LineSetup.objects.get_or_create(channel=channel)
    setup.site_inbox = inbox
    setup.site_login_url = settings.PUBLIC_URL + reverse("demo_line")
    setup.save(update_fields=["site_inbox", "site_login_url"])
    setup.offered_on.add(inbox)
    login = _open_login(account)
    set_login(SYSTEM, channel, channel_id=login["channel_id"], secret=login["secret"])


def _open_login(account: dict[str, Any]) -> dict[str, Any]:
    """Register a LINE Login channel of the same provider in the simulated console."""
    asked = {
        "name": account["name"],
        "kind": "login",
        "provider": account["provider"],
        "linked_channel": account["channel_id"],
        "callback_urls": [settings.PUBLIC_URL + reverse("line_login")],
    }
    answer = httpx2.post(f"{settings.LINE_API_BASE}{API}/accounts", json=asked, trust_env=False)
    return dict(answer.json())


def _follow_address(channel: LineChannel) -> None:
    """Tell LINE and the shop where we are now."""
    correct_address(channel)
    if channel.login_channel_id:
        moved = {"callback_urls": [settings.PUBLIC_URL + reverse("line_login")]}
        where = f"{settings.LINE_API_BASE}{API}/accounts/{channel.login_channel_id}/turn"
        httpx2.post(where, json=moved, trust_env=False)
        path = reverse("demo_line")
        own = LineSetup.objects.filter(channel=channel, site_login_url__endswith=path)
        own.update(site_login_url=settings.PUBLIC_URL + path)


def _accounts() -> list[dict[str, Any]]:
    answer = httpx2.get(f"{settings.LINE_API_BASE}{API}/accounts", trust_env=False)
    return [one for one in answer.json() if one["kind"] == "messaging"]


def _say_hello(account: dict[str, Any]) -> None:
    """Let the first phone write something, so that the console has it to show."""
    words = WORDS["en" if settings.LANGUAGE_CODE.startswith("en") else "ja"]
    said = {"person": "aoi", "message": {"type": "text", "text": words}}
    where = f"{settings.LINE_API_BASE}{API}/accounts/{account['channel_id']}/acts/say"
    httpx2.post(where, json=said, trust_env=False)
