"""The LINE inbox of the demonstration, connected with the simulated platform."""

from typing import Any

import httpx2
from django.conf import settings

from config.demo.data.staff import MEMBERS, SUPPORT, logins_file
from config.demo.line_menu import add_menu
from customers.audit import Kind, Who
from integrations.line.actions.channels import connect, correct_address
from integrations.line.actions.menus import MenuRefused
from integrations.line.models import LineChannel
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
            correct_address(channel)
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
    add_menu(channel)
    _say_hello(account)


def _accounts() -> list[dict[str, Any]]:
    answer = httpx2.get(f"{settings.LINE_API_BASE}{API}/accounts", trust_env=False)
    return [one for one in answer.json() if one["kind"] == "messaging"]


def _say_hello(account: dict[str, Any]) -> None:
    """Let the first phone write something, so that the console has it to show."""
    words = WORDS["en" if settings.LANGUAGE_CODE.startswith("en") else "ja"]
    said = {"person": "aoi", "message": {"type": "text", "text": words}}
    where = f"{settings.LINE_API_BASE}{API}/accounts/{account['channel_id']}/acts/say"
    httpx2.post(where, json=said, trust_env=False)
