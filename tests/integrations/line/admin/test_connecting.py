"""Connecting an official account: what is asked of LINE before anything is saved, and after."""

import re
import socket

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from customers.audit import Kind, Who
from customers.models import AuditEntry
from integrations.line.actions import channels
from integrations.line.checklist import Check, State
from integrations.line.models import LineChannel, LineSetup
from integrations.line.secrets import live_secrets, unseal_secret
from talk.errors import Invalid
from talk.models import Inbox
from tests.cast import Cast
from tests.clients import browser
from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.platform import Platform

pytestmark = pytest.mark.django_db(transaction=True)
WHO = Who(Kind.SYSTEM, "test")
ADD = "/admin/line/linechannel/add/"


def connect(account: OfficialAccount, **changes: object) -> LineChannel:
    given = {"channel_id": account.channel_id, "secret": account.secret, **changes}
    return channels.connect(WHO, **given)  # type: ignore[arg-type]  # whole


def refusal(account: OfficialAccount, **changes: object) -> tuple[str | None, str]:
    with pytest.raises(Invalid) as refused:
        connect(account, **changes)
    assert not Inbox.objects.filter(kind="line").exists(), "nothing is saved"
    return refused.value.field, refused.value.detail


def states(channel: LineChannel) -> dict[Check, State]:
    return {item.check: item.state for item in channels.checklist(channel)}


def test_two_values_connect_an_account_and_line_is_told_where_we_are(
    account: OfficialAccount, settings: Settings
) -> None:
    account.turn(webhook={"is_active": False})
    channel = connect(account)
    inbox = channel.inbox
    assert (inbox.kind, inbox.name) == ("line", "ショップ公式")
    assert (channel.bot_user_id, channel.basic_id) == (account.bot_user_id, account.basic_id)
    ours = f"{settings.PUBLIC_URL}/integrations/line/{inbox.public_id}/webhook"
    assert account.row["webhook"]["url"] == ours
    assert live_secrets(channel) == [account.secret]
    found = states(channel)
    good = {check for check, state in found.items() if state is State.GOOD}
    assert good == {Check.SECRET, Check.ADDRESS, Check.REACHED, Check.CHAT}
    assert found[Check.WEBHOOK] is State.BAD
    account.turn(webhook={"is_active": True}, chat_mode="bot")
    channels.look_again(channel)
    found = states(channel)
    assert (found[Check.WEBHOOK], found[Check.CHAT]) == (State.GOOD, State.BAD)
    [entry] = AuditEntry.objects.filter(action="line.changed")
    assert entry.what == {
        "id": str(channel.pk),
        "change": "connected",
        "channel_id": account.channel_id,
    }


def test_what_line_refuses_is_told_beside_its_field_and_nothing_is_saved(
    account: OfficialAccount, platform: Platform
) -> None:
    assert refusal(account, channel_id="12a")[0] == "channel_id"
    assert refusal(account, secret="x" * 32)[0] == "secret"
    wrong = refusal(account, secret="0" * 32)
    told = (
        "このチャネルIDとシークレットの組み合わせを、LINEで確認できませんでした。両方をもう一度コピーしてください。"
        "LINEログインではなく、Messaging APIのチャネルの値が必要です。"
    )
    assert wrong == ("secret", told)
    login = platform.account("ログイン", kind="login")
    assert refusal(login)[0] in ("channel_id", "secret")


def test_an_account_is_connected_once(account: OfficialAccount) -> None:
    connect(account)
    with pytest.raises(Invalid) as refused:
        connect(account)
    assert refused.value.field == "channel_id"
    assert Inbox.objects.filter(kind="line").count() == 1


def test_a_server_that_line_does_not_reach_is_told_before_anything_is_saved(
    account: OfficialAccount, settings: Settings
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.PUBLIC_URL = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        field, told = refusal(account)
        assert field == "unreached"
        assert "このサーバーに接続できません" in told
        channel = connect(account, is_anyway=True)
    assert states(channel)[Check.REACHED] is State.BAD


def test_line_that_cannot_be_reached_is_not_taken_for_a_wrong_secret(
    account: OfficialAccount, settings: Settings
) -> None:
    settings.LINE_API_BASE = "http://127.0.0.1:1"
    field, told = refusal(account)
    assert (field, told) == (
        "",
        "このサーバーからLINEに接続できません。少し待ってから、もう一度お試しください。",
    )


def test_two_secrets_are_good_until_the_change_is_finished(account: OfficialAccount) -> None:
    channel, old = connect(account), account.secret
    with pytest.raises(Invalid):
        channels.start_rotation(WHO, channel, secret="0" * 32)
    new = "1234567890abcdef" * 2
    account.turn(secret=new)
    channels.start_rotation(WHO, channel, secret=new)
    channel.refresh_from_db()
    assert live_secrets(channel) == [old, new]
    channels.finish_rotation(WHO, channel)
    channel.refresh_from_db()
    assert live_secrets(channel) == [new]
    assert unseal_secret(channel.pk, "secret", channel.secret) == new
    with pytest.raises(Invalid):
        channels.finish_rotation(WHO, channel)
    told = AuditEntry.objects.filter(action="line.changed").order_by("id")
    changes = [entry.what["change"] for entry in told]
    assert changes == ["connected", "secret change begun", "secret change finished"]


def test_a_change_of_secrets_can_be_given_up(account: OfficialAccount) -> None:
    channel, old = connect(account), account.secret
    new = "1234567890abcdef" * 2
    account.turn(secret=new)
    channels.start_rotation(WHO, channel, secret=new)
    channels.cancel_rotation(WHO, channel)
    channel.refresh_from_db()
    assert live_secrets(channel) == [old]


def test_switches_that_no_api_tells_stand_on_an_administrator_s_word(
    account: OfficialAccount,
) -> None:
    channel = connect(account)
    channels.tell_switch(channel, Check.GREETING, is_so=True)
    assert states(channel)[Check.GREETING] is State.TOLD
    channels.tell_switch(channel, Check.GREETING, is_so=False)
    assert states(channel)[Check.GREETING] is State.OPEN
    with pytest.raises(Invalid):
        channels.tell_switch(channel, Check.WEBHOOK, is_so=True)


def test_an_administrator_connects_on_one_page_and_sees_what_is_left_to_do(
    account: OfficialAccount, admin: Client, cast: Cast
) -> None:
    given = {"channel_id": account.channel_id, "secret": "0" * 32}
    refused = admin.post(ADD, given).content.decode()
    assert "LINEで確認できませんでした" in refused
    assert "0" * 32 not in refused
    team = cast.shop.teams.get()
    whole = {"channel_id": f" {account.channel_id}", "secret": f"{account.secret}\n"}
    page = admin.post(ADD, {**whole, "teams": [str(team.id)]}, follow=True)
    channel = LineChannel.objects.get()
    assert list(channel.inbox.teams.all()) == [team]
    assert page.redirect_chain == [
        (reverse("admin:line_linechannel_change", args=[channel.pk]), 302)
    ]
    text = page.content.decode()
    assert "「あいさつメッセージ」がオフ" in text
    assert account.secret not in text
    assert channel.secret not in text


def test_only_administrators_connect_and_only_with_their_password_given_again(
    account: OfficialAccount, cast: Cast
) -> None:
    assert browser(cast.aoi).get(ADD)["Location"].startswith("/account/confirm/")
    for operator in (cast.sumire, cast.oto):
        assert browser(operator).get(ADD, follow=True).status_code == 403


def test_the_page_looks_again_tells_switches_and_changes_the_secret(
    platform: Platform, account: OfficialAccount, admin: Client
) -> None:
    channel = connect(account)
    at = f"/admin/line/linechannel/{channel.pk}"
    admin.post(f"{at}/switch/", {"check": "auto_reply", "is_so": "yes"})
    assert states(channel)[Check.AUTO_REPLY] is State.TOLD
    account.turn(webhook={"url": "https://other.example/hook"})
    page = admin.post(f"{at}/look/", follow=True).content.decode()
    assert "LINEには別のURLが設定されています" in page
    admin.post(f"{at}/address/")
    assert states(channel)[Check.ADDRESS] is State.GOOD
    new = "fedcba0987654321" * 2
    wrong = admin.post(f"{at}/secret/", {"secret": new}).content.decode()
    assert "LINEで確認できませんでした" in wrong
    assert new not in wrong
    account.turn(secret=new)
    shown = admin.post(f"{at}/secret/", {"secret": new}, follow=True).content.decode()
    assert "新旧の2つが有効です" in shown
    admin.post(f"{at}/secret/end/", {"how": "finish"})
    channel.refresh_from_db()
    assert live_secrets(channel) == [new]
    login = platform.account("ログイン", kind="login", secret=new)
    log_in = {"login_channel_id": login.channel_id, "login_secret": new}
    admin.post(f"{at}/login/", log_in)
    channel.refresh_from_db()
    assert channel.login_channel_id == login.channel_id
    admin.post(f"{at}/login/", {"login_channel_id": login.channel_id, "login_secret": ""})
    channel.refresh_from_db()
    assert unseal_secret(channel.pk, "login_secret", channel.login_secret) == new
    everything = "".join(
        admin.get(url).content.decode()
        for url in (f"{at}/change/", f"{at}/secret/", f"{at}/login/", "/admin/line/linechannel/")
    )
    assert not re.search(rf"{new}|{re.escape(channel.secret)}", everything)


def test_the_settings_of_a_channel_are_kept_with_those_around_it(
    account: OfficialAccount, admin: Client, cast: Cast
) -> None:
    channel = connect(account)
    change = reverse("admin:line_linechannel_change", args=[channel.pk])
    given = {
        "group_policy": "separate",
        "read_policy": "never",
        "sender_name": "on",
        "offered_on": [str(cast.shop.pk)],
        "site_inbox": str(cast.shop.pk),
        "site_login_url": "",
    }
    assert "両方が必要です" in admin.post(change, given).content.decode()
    for bad in ("http://shop.example/line", "ftp://shop.example/line"):
        page = admin.post(change, {**given, "site_login_url": bad}).content.decode()
        assert "https:// で始まる" in page
    admin.post(change, {**given, "site_login_url": "https://shop.example/line"})
    channel.refresh_from_db()
    setup = LineSetup.objects.get(channel=channel)
    assert (channel.group_policy, channel.read_policy) == ("separate", "never")
    assert (setup.site_inbox, setup.site_login_url) == (cast.shop, "https://shop.example/line")
    assert list(setup.offered_on.all()) == [cast.shop]
