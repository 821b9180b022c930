"""Account links and LINE Login."""

import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.phone import Phone
from tests.integrations.line.platform import Platform
from tests.integrations.line.simulator.hook import Hook

CALLBACK = "https://shop.example/line/callback"
NONCE = "U2lnbmVkIGJ5IGNoYW5jZQ"


def link_token(shop: OfficialAccount, phone: Phone) -> str:
    return str(shop.api("POST", f"/v2/bot/user/{phone.user_id}/linkToken").json()["linkToken"])


def test_a_link_is_made_by_the_person_it_was_meant_for_once(
    shop: OfficialAccount, aoi: Phone, hook: Hook
) -> None:
    asked = {"linkToken": link_token(shop, aoi), "nonce": NONCE}
    stranger = shop.phone("別人")
    assert stranger.post("/dialog/bot/accountLink", asked).status_code == 403
    shown = aoi.open("/dialog/bot/accountLink", asked)
    assert "「ショップ」のサービスのアカウントと連携しますか？" in shown.text
    assert "style-src 'self'" in shown.headers["content-security-policy"]
    assert aoi.post("/dialog/bot/accountLink", asked).status_code == 200
    (event,) = hook.events
    assert (event["type"], event["link"]) == ("accountLink", {"result": "ok", "nonce": NONCE})
    assert event["source"] == {"type": "user", "userId": aoi.user_id}
    assert aoi.post("/dialog/bot/accountLink", asked).status_code == 400


def test_an_expired_link_tells_nobody_and_a_bad_nonce_tells_no_source(
    shop: OfficialAccount, aoi: Phone, hook: Hook
) -> None:
    late = {"linkToken": link_token(shop, aoi), "nonce": NONCE}
    shop.move_clock(601)
    assert aoi.post("/dialog/bot/accountLink", late).status_code == 400
    assert hook.events == []
    bad = {"linkToken": link_token(shop, aoi), "nonce": "短い"}
    aoi.post("/dialog/bot/accountLink", bad)
    (event,) = hook.events
    assert event["link"]["result"] == "failed"
    assert not {"source", "replyToken"} & event.keys()


def test_an_address_of_the_application_opens_the_chat_with_its_text(
    platform: Platform, shop: OfficialAccount
) -> None:
    asked = f"/R/oaMessage/%40{shop.basic_id[1:]}/?%E3%81%AF%E3%81%84%20%26%20K7F2-9QXM"
    to = urlsplit(platform.http.get(asked).headers["location"])
    assert to.path == "/line-simulator/"
    assert parse_qs(to.query) == {"open": [shop.channel_id], "text": ["はい & K7F2-9QXM"]}
    added = platform.http.get(f"/R/ti/p/{shop.basic_id}").headers["location"]
    assert added == f"/line-simulator/?open={shop.channel_id}"
    assert platform.http.get("/R/ti/p/@nobody").status_code == 404


def login(platform: Platform, shop: OfficialAccount) -> dict[str, Any]:
    given = {"kind": "login", "provider": shop.provider, "callback_urls": [CALLBACK]}
    named = {"name": "ログイン", "linked_channel": shop.channel_id}
    return dict(platform.call("POST", "accounts", {**named, **given}))


def authorize(phone: Phone, channel: dict[str, Any], **more: str) -> dict[str, list[str]]:
    """Say yes to the dialog; return what the callback is given."""
    asked = {"client_id": channel["channel_id"], "redirect_uri": CALLBACK, "state": "s1"}
    asked |= {"scope": "openid profile", "nonce": "n1", "decision": "allow", **more}
    answer = phone.post("/oauth2/v2.1/authorize", asked)
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["location"]).query)


def token(platform: Platform, channel: dict[str, Any], code: str, **more: str) -> httpx2.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    form |= {"client_id": channel["channel_id"], "client_secret": channel["secret"]}
    return platform.http.post("/oauth2/v2.1/token", data=form | more)


def test_login_gives_an_id_token_of_the_same_person_as_webhooks(
    platform: Platform, shop: OfficialAccount, aoi: Phone, hook: Hook
) -> None:
    channel = login(platform, shop)
    given = authorize(aoi, channel, friend="1")
    assert (given["state"], given["friendship_status_changed"]) == (["s1"], ["true"])
    assert [event["type"] for event in hook.events] == ["follow"]
    id_token = token(platform, channel, given["code"][0]).json()["id_token"]
    asked = {"id_token": id_token, "client_id": channel["channel_id"], "nonce": "n1"}
    verified = platform.http.post("/oauth2/v2.1/verify", data=asked).json()
    assert (verified["sub"], verified["name"]) == (aoi.user_id, "葵")
    for wrong in ({"nonce": "n2"}, {"user_id": "U" + "0" * 32}, {"id_token": id_token + "x"}):
        refused = platform.http.post("/oauth2/v2.1/verify", data=asked | wrong)
        assert refused.status_code == 400, wrong


def test_a_code_works_once_and_only_for_who_asked(
    platform: Platform, shop: OfficialAccount, aoi: Phone
) -> None:
    channel = login(platform, shop)
    code = authorize(aoi, channel)["code"][0]
    assert token(platform, channel, code, client_secret="0").status_code == 400
    assert token(platform, channel, code).status_code == 200
    assert token(platform, channel, code).json()["error"] == "invalid_grant"
    verifier, challenge = "v" * 43, secrets.token_urlsafe(32)
    code = authorize(aoi, channel, code_challenge=challenge)["code"][0]
    assert token(platform, channel, code, code_verifier=verifier).status_code == 400
    assert authorize(aoi, channel, decision="deny")["error"] == ["access_denied"]
    wrong = {"client_id": channel["channel_id"], "redirect_uri": "https://evil.example/"}
    assert aoi.post("/oauth2/v2.1/authorize", wrong).status_code == 400


def test_a_browser_that_is_nobody_s_phone_is_told_to_open_one(
    platform: Platform, shop: OfficialAccount
) -> None:
    channel = login(platform, shop)
    asked = {"client_id": channel["channel_id"], "redirect_uri": CALLBACK, "state": "s1"}
    page = shop.http.get("/oauth2/v2.1/authorize", params={**asked, "response_type": "code"})
    assert page.status_code == 403
    assert '<a href="/line-simulator/"' in page.text
