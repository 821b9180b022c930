from typing import Any

import pytest
from django.test import override_settings

from customers.models import Context, Profile
from talk.actions import access, messages
from talk.models import VisitorToken
from talk.widget import limits
from talk.widget.addresses import network
from tests.cast import Cast, actor
from tests.widget.site import OURS, SALON, SHOP, Page, may_be_read_by

pytestmark = pytest.mark.django_db


def begin(cast: Cast, page: Page | None = None, **more: Any) -> Any:
    return (page or Page(SHOP)).post("session", {"inbox": cast.shop.public_id, **more})


def test_a_new_browser_becomes_a_visitor_and_its_token_is_stored_hashed(cast: Cast) -> None:
    response = begin(cast, language="ja-JP", time_zone="Asia/Tokyo", screen="1920x1080")
    answer = response.json()
    assert response.status_code == 200
    assert may_be_read_by(response, SHOP)
    assert len(answer["token"]) >= 43  # 256 bits
    stored = VisitorToken.objects.get()
    assert bytes(stored.token_hash) == access.digest(answer["token"])
    assert answer["token"].encode() not in bytes(stored.token_hash)
    assert str(stored.profile_id) == answer["profile_id"]
    assert answer["inbox"] == {
        "name": "shop",
        "color": "#1f5eff",
        "ink": "#ffffff",
        "greeting": "",
        "attachment_max_bytes": 10 * 1024 * 1024,
        "attachments_per_message": 5,
        "consent": "granted",
        "query": ["utm_*"],
    }
    data = Context.objects.get().data
    assert (data["language"], data["time_zone"], data["screen"]) == (
        "ja-JP",
        "Asia/Tokyo",
        "1920x1080",
    )
    assert data["device"]["browser"] == "Chrome"


def test_a_known_browser_keeps_its_token_and_is_not_told_it_again(cast: Cast) -> None:
    guest = cast.guest()
    answer = begin(cast, Page(SHOP, guest)).json()
    assert "token" not in answer
    assert answer["profile_id"] == str(guest.visitor.profile_id)
    assert VisitorToken.objects.count() == 1


def test_a_client_without_a_tracker_may_tell_its_page(cast: Cast) -> None:
    seen = {"url": "https://shop.example/items/", "title": "品物", "referrer": ""}
    Page(SHOP).post("session", {"inbox": cast.shop.public_id, "page": seen})
    assert Context.objects.get().data["pages"][0]["url"] == "https://shop.example/items/"


def test_looking_makes_nobody_a_visitor(cast: Cast) -> None:
    answer = begin(cast, look=True).json()
    assert answer["inbox"]["name"] == "shop"
    assert "token" not in answer
    assert Profile.objects.count() == 0


def test_answers_that_were_not_seen_are_counted(cast: Cast) -> None:
    guest = cast.guest()
    sent = messages.receive(guest.visitor, client_id=guest.visitor.profile_id, body="hello")
    for client_id in (cast.shop.id, cast.salon.id):
        messages.send(
            actor(cast.oto), conversation_id=sent.conversation.id, client_id=client_id, body="hi"
        )
    assert begin(cast, Page(SHOP, guest)).json()["unread"] == 2


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        SALON,
        OURS,
        "http://shop.example",
        "https://shop.example:8443",
        "https://shop.example.evil.example",
        "https://evil.example/https://shop.example",
    ],
)
def test_s_6_a_token_is_issued_to_the_inbox_s_own_sites_alone(cast: Cast, origin: str) -> None:
    response = begin(cast, Page(origin))
    assert response.status_code == 403
    assert "Access-Control-Allow-Origin" not in response.headers
    assert VisitorToken.objects.count() == 0
    assert begin(cast, Page(SHOP)).status_code == 200  # the same request from the right site


def test_s_6_a_preflight_is_granted_to_sites_of_inboxes_alone(cast: Cast) -> None:
    assert cast.shop.is_active
    granted = Page(SHOP).preflight("session")
    assert granted.status_code == 204
    assert granted.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Access-Control-Allow-Credentials" not in granted.headers
    refused = Page("https://evil.example").preflight("session")
    assert refused.status_code == 403
    assert "Access-Control-Allow-Origin" not in refused.headers


def test_s_10_a_token_of_another_inbox_or_an_ended_one_is_refused(cast: Cast) -> None:
    elsewhere = cast.guest(cast.salon)
    response = begin(cast, Page(SHOP, elsewhere))
    assert (response.status_code, may_be_read_by(response, SHOP)) == (401, True)
    guest = cast.guest()
    access.revoke_visitor_token(guest.token)
    assert begin(cast, Page(SHOP, guest)).status_code == 401


def test_an_unknown_inbox_and_a_closed_one_do_not_exist(cast: Cast) -> None:
    cast.shop.is_active = False
    cast.shop.save()
    assert begin(cast).status_code == 404
    assert Page(SHOP).post("session", {"inbox": "nowhere"}).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("{", "frame"),
        ("[]", "frame"),
        ({}, "inbox"),
        ({"inbox": 7}, "inbox"),
        ({"inbox": "a\x00b"}, "inbox"),
        ({"inbox": "x", "look": "yes"}, "look"),
        ({"inbox": "x", "page": {"url": []}}, "page.url"),
    ],
)
def test_malformed_input_names_its_field(cast: Cast, body: Any, field: str) -> None:
    response = Page(SHOP).post("session", body)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["field"] == field


def test_a_body_beyond_64_kib_is_not_read(cast: Cast) -> None:
    assert Page(SHOP).post("session", "x" * 70_000).status_code == 413
    deep = '{"inbox":"x","page":' + "[" * 60_000
    assert Page(SHOP).post("session", deep).status_code == 400


def test_one_network_gets_only_so_many_tokens(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "NEW_TOKENS_AT_ONCE", limits.parse("2/minute"))
    assert [begin(cast).status_code for _ in range(3)] == [200, 200, 429]
    throttled = begin(cast)
    assert may_be_read_by(throttled, SHOP)
    assert 1 <= int(throttled.headers["Retry-After"]) <= 60
    elsewhere = Page(SHOP).post(
        "session", {"inbox": cast.shop.public_id}, REMOTE_ADDR="203.0.113.9"
    )
    assert elsewhere.status_code == 200


def test_limits_hold_without_valkey(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "NEW_TOKENS_AT_ONCE", limits.parse("2/minute"))
    limits.limiters.cache_clear()
    try:
        with override_settings(REDIS_URL="unix:///nowhere/valkey.sock"):
            assert [begin(cast).status_code for _ in range(3)] == [200, 200, 429]
    finally:
        limits.limiters.cache_clear()


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_a_household_counts_as_one(address: str, counted: str) -> None:
    assert network(address) == counted


def test_no_cookie_is_read_or_set(cast: Cast) -> None:
    response = begin(cast)
    assert not response.cookies
    assert response.headers["Cache-Control"] == "no-store"


def test_ending_a_session_ends_its_token(cast: Cast) -> None:
    guest = cast.guest()
    page = Page(SHOP, guest)
    refused = Page("https://evil.example", guest).delete("session")
    assert refused.status_code == 403
    ended = page.delete("session")
    assert (ended.status_code, ended.content) == (204, b"")
    assert may_be_read_by(ended, SHOP)
    assert begin(cast, page).status_code == 401
    assert page.delete("session").status_code == 401
