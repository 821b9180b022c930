"""Whether a visitor may be tracked: what their site says, what the inbox holds, their browser."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from customers.models import Activity, Context
from talk.models import Inbox, VisitorToken
from tests.cast import Cast, Guest
from tests.widget.site import SHOP, Page

pytestmark = pytest.mark.django_db
FACTS = {"language": "ja-JP", "time_zone": "Asia/Tokyo", "screen": "1920x1080"}


def begin(inbox: Inbox, guest: Guest | None = None, *, opts_out: bool = False, **asked: Any) -> Any:
    page = Page(SHOP, guest)
    if opts_out:
        page.headers["Sec-GPC"] = "1"
    return page.post("session", {"inbox": inbox.public_id, **FACTS, **asked})


def only_by_consent(cast: Cast) -> Inbox:
    cast.shop.consent = Inbox.Consent.DENIED
    cast.shop.save()
    return cast.shop


def known_of(guest: Guest) -> dict[str, Any]:
    return dict(Context.objects.get(customer_id=guest.visitor.customer_id).data)


def test_where_only_a_yes_counts_who_has_said_nothing_is_nobody(cast: Cast) -> None:
    inbox = only_by_consent(cast)
    answer = begin(inbox).json()
    assert set(answer) == {"inbox"}
    assert answer["inbox"]["consent"] == "denied"
    assert not VisitorToken.objects.exists()


@pytest.mark.parametrize("said", [{"consent": "granted"}, {"chat": True}])
def test_who_says_yes_or_writes_becomes_a_visitor(cast: Cast, said: dict[str, Any]) -> None:
    answer = begin(only_by_consent(cast), **said).json()
    assert len(answer["token"]) >= 43
    assert Context.objects.get().data["consent"] == said.get("consent", "")


def test_who_has_said_no_is_nobody_until_they_write(cast: Cast) -> None:
    assert "token" not in begin(cast.shop, consent="denied").json()
    assert "token" in begin(cast.shop, consent="denied", chat=True).json()
    assert Context.objects.get().data["consent"] == "denied"


def test_a_no_of_who_only_looks_is_noted_and_nothing_else(cast: Cast) -> None:
    guest = cast.guest()
    begin(cast.shop, guest, look=True, consent="denied")
    told = known_of(guest)
    assert (told["consent"], told["language"], told["device"]["browser"]) == ("denied", "", "")


def test_the_browser_s_own_no_is_noted_where_it_is_honoured(cast: Cast) -> None:
    guest = cast.guest()
    begin(cast.shop, guest, opts_out=True, consent="granted")
    assert known_of(guest)["consent"] == "gpc"
    cast.shop.honours_gpc = False
    cast.shop.save()
    begin(cast.shop, guest, opts_out=True, consent="granted")
    assert known_of(guest)["consent"] == "granted"


def test_of_who_opts_out_by_their_browser_nothing_is_taken_whoever_sends_it(cast: Cast) -> None:
    guest = cast.guest()
    page = {"url": "https://shop.example/secret/"}
    begin(cast.shop, guest, opts_out=True, page=page)
    begin(cast.shop, guest, consent="denied", page=page)
    site = Page(SHOP)
    activity = {"id": str(uuid4()), "kind": "wish", "at": datetime.now(UTC).isoformat()}
    told = {"inbox": cast.shop.public_id, "token": guest.token, "activities": [activity]}
    site.headers["Sec-GPC"] = "1"
    assert site.post("activities", told).json() == {"accepted": 0, "duplicate": 0, "rejected": []}
    assert not Activity.objects.exists()
    assert known_of(guest)["pages"] == []
    cast.shop.honours_gpc = False
    cast.shop.save()
    assert site.post("activities", told).json()["accepted"] == 1


def test_an_invented_consent_is_refused(cast: Cast) -> None:
    assert begin(cast.shop, consent="perhaps").status_code == 400


def test_the_loader_learns_what_the_inbox_tracks(cast: Cast) -> None:
    shop = cast.shop
    shop.kept_parameters, shop.shims, shop.honours_gpc = ["utm_*", "plan"], ["karte"], False
    shop.save()
    told = begin(shop).json()["inbox"]
    assert "errors" not in told
    assert (told["query"], told["shims"], told["gpc"]) == (["utm_*", "plan"], ["karte"], False)
    shop.captures_errors = True
    shop.save()
    assert begin(shop).json()["inbox"]["errors"] == ["[role=alert]", ".error"]
