"""Access tokens: minted once for all, dropped when LINE refuses them, never in a log."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from pytest_django import Settings

from integrations.line import client, tokens
from integrations.line.calls import call
from integrations.line.client import NoAnswer, NotSent
from integrations.line.models import LineChannel, LineToken
from integrations.line.secrets import seal_secret
from integrations.line.tokens import Unauthorised, token_of
from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.channels import connected
from tests.integrations.line.platform import Platform

pytestmark = pytest.mark.django_db(transaction=True)
MINT, INFO, QUOTA = "POST /oauth2/v3/token", "/v2/bot/info", "/v2/bot/message/quota"


@pytest.fixture
def account(platform: Platform, settings: Settings) -> Iterator[OfficialAccount]:
    settings.LINE_API_BASE = settings.LINE_DATA_BASE = platform.base
    yield platform.account()
    client.close()


@pytest.fixture
def channel(account: OfficialAccount) -> LineChannel:
    return connected(account)


def test_a_token_is_minted_once_and_kept_sealed(
    account: OfficialAccount, channel: LineChannel
) -> None:
    first = token_of(channel)
    assert [token_of(channel), call(channel, "GET", INFO).status] == [first, 200]
    assert len(account.calls(MINT)) == 1
    kept = LineToken.objects.get()
    assert first not in kept.sealed


def test_after_thirteen_minutes_the_next_one_is_minted(
    account: OfficialAccount, channel: LineChannel
) -> None:
    first = token_of(channel)
    LineToken.objects.update(good_until=F("good_until") - timedelta(minutes=13))
    assert token_of(channel) != first
    assert len(account.calls(MINT)) == 2


def test_of_many_who_need_one_at_once_one_mints(
    account: OfficialAccount, channel: LineChannel
) -> None:
    account.fault(MINT, "delay", seconds=0.4)

    def get() -> str:
        try:
            return token_of(channel)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = {each.result() for each in [pool.submit(get) for _ in range(4)]}
    assert len(found) == 1
    assert len(account.calls(MINT)) == 1


def test_who_dies_while_minting_keeps_nobody_waiting_for_good(
    account: OfficialAccount, channel: LineChannel
) -> None:
    token_of(channel)
    LineToken.objects.update(sealed="", turn="0" * 32, turn_until=F("good_until") - timedelta(1))
    assert token_of(channel)


def test_a_refused_token_is_dropped_and_the_call_made_once_more(
    account: OfficialAccount, channel: LineChannel
) -> None:
    call(channel, "GET", INFO)
    account.revoke_tokens()
    assert call(channel, "GET", INFO).status == 200
    assert len(account.calls(MINT)) == 2
    assert [each["status"] for each in account.calls(f"GET {INFO}")] == [200, 200]


def test_a_token_that_another_has_replaced_already_is_not_dropped(
    account: OfficialAccount, channel: LineChannel
) -> None:
    first = token_of(channel)
    account.revoke_tokens()
    tokens.drop(channel, first)
    second = token_of(channel)
    tokens.drop(channel, first)
    assert token_of(channel) == second
    assert len(account.calls(MINT)) == 2


def test_while_secrets_change_over_the_next_one_mints_as_well(
    account: OfficialAccount, channel: LineChannel
) -> None:
    channel.next_secret = channel.secret
    channel.next_secret = seal_secret(channel.pk, "next_secret", account.secret)
    channel.secret = seal_secret(channel.pk, "secret", "0" * 32)
    assert token_of(channel)


def test_a_wrong_secret_is_said_to_be_one(account: OfficialAccount, channel: LineChannel) -> None:
    channel.secret = seal_secret(channel.pk, "secret", "0" * 32)
    with pytest.raises(Unauthorised):
        token_of(channel)
    channel.secret = seal_secret(channel.pk, "next_secret", account.secret)  # moved between fields
    with pytest.raises(Unauthorised):
        token_of(channel)


def test_a_pasted_token_is_used_as_it_is(account: OfficialAccount, channel: LineChannel) -> None:
    pasted = account.token()
    channel.token_config = seal_secret(channel.pk, "token_config", f'{{"token": "{pasted}"}}')
    assert (token_of(channel), call(channel, "GET", INFO).status) == (pasted, 200)
    account.revoke_tokens()
    assert call(channel, "GET", INFO).status == 401
    assert account.calls(MINT) == []


def test_what_did_not_reach_line_and_what_was_not_answered_are_told_apart(
    account: OfficialAccount,
    channel: LineChannel,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = token_of(channel)
    account.fault(f"GET {QUOTA}", "drop")
    with pytest.raises(NoAnswer):
        client.request("GET", QUOTA, token=token)
    account.fault(f"GET {QUOTA}", "hang", seconds=1)
    monkeypatch.setattr(client, "READ_SECONDS", 0.2)
    client.close()
    with pytest.raises(NoAnswer):
        client.request("GET", QUOTA, token=token)
    settings.LINE_API_BASE = "http://127.0.0.1:1"
    with pytest.raises(NotSent):
        client.request("GET", QUOTA, token=token)


def test_a_lost_answer_to_minting_is_no_harm(
    account: OfficialAccount, channel: LineChannel
) -> None:
    account.fault(MINT, "error_after_accept")
    with pytest.raises(NotSent):
        token_of(channel)
    assert token_of(channel), "and nobody has to wait"


def test_logs_have_ids_and_times_and_no_secrets(
    account: OfficialAccount, channel: LineChannel, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        token = token_of(channel)
        call(channel, "GET", "/v2/bot/profile/{}", "U" + "a1" * 16)
    lines = caplog.text
    assert "/v2/bot/profile/{}" in lines
    assert account.calls("GET /v2/bot/profile/")[0]["request_id"] in lines
    assert not [each for each in (token, account.secret, "a1a1") if each in lines]
