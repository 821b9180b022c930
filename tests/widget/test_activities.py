import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from customers.models import Activity, Context, Customer
from talk.widget import limits
from tests.cast import Cast, Guest
from tests.widget.site import SALON, SHOP, Page, may_be_read_by

pytestmark = pytest.mark.django_db
AT = "2026-11-01T00:00:00Z"


def view(url: str = "https://shop.example/items/", **more: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "kind": "page", "at": AT, "url": url, "title": "品物", **more}


def tell(guest: Guest, *activities: Any, page: Page | None = None, **more: Any) -> Any:
    body = {"inbox": guest.inbox.public_id, "token": guest.token, "sent_at": AT, **more}
    return (page or Page(SHOP)).post("activities", {**body, "activities": activities})


def test_page_views_reach_the_context_the_sidebar_reads(cast: Cast) -> None:
    guest = cast.guest()
    response = tell(guest, view(), view("https://shop.example/cart/", title="カート"))
    assert response.json() == {"accepted": 2, "duplicate": 0, "rejected": []}
    assert may_be_read_by(response, SHOP)
    data = Context.objects.get(customer_id=guest.visitor.customer_id).data
    assert {page["url"] for page in data["pages"]} == {
        "https://shop.example/items/",
        "https://shop.example/cart/",
    }
    assert data["device"]["os"] == "Windows"


def test_parameters_that_the_inbox_does_not_list_are_not_kept_whoever_tells_them(
    cast: Cast,
) -> None:
    guest = cast.guest()
    guest.inbox.kept_parameters = ["utm_*", "plan"]
    guest.inbox.save()
    url = "https://shop.example/?utm_source=line&plan=b&who=taro"
    tell(guest, view(url, referrer=url), {**view(url), "kind": "wish", "props": {"url": url}})
    told = "https://shop.example/?utm_source=line&plan=b"
    assert [row.props["url"] for row in Activity.objects.all()] == [told, told]
    assert Activity.objects.get(kind="page").props["referrer"] == told
    Page(SHOP, guest).post(
        "session", {"inbox": guest.inbox.public_id, "page": {"url": url, "referrer": url}}
    )
    assert {row.props["url"] for row in Activity.objects.all()} == {told}
    assert Activity.objects.count() == 3


def test_a_repeated_batch_is_recorded_once(cast: Cast) -> None:
    guest, same = cast.guest(), view()
    assert tell(guest, same).json()["accepted"] == 1
    assert tell(guest, same).json() == {"accepted": 0, "duplicate": 1, "rejected": []}
    assert Activity.objects.count() == 1


def test_a_bad_activity_is_dropped_with_its_reason_and_the_others_stay(cast: Cast) -> None:
    response = tell(cast.guest(), view("javascript:alert(1)"), "nonsense", view())
    assert response.json() == {
        "accepted": 1,
        "duplicate": 0,
        "rejected": [{"index": 0, "code": "bad_url"}, {"index": 1, "code": "malformed"}],
    }


def test_half_an_emoji_and_numbers_beyond_reason_cost_no_other_activity(cast: Cast) -> None:
    guest = cast.guest()
    activities = [
        view(title="湯のみ \ud83c"),
        view(),
        {**view(), "kind": "wish", "props": {"n": 1}},
    ]
    body = json.dumps(
        {"inbox": guest.inbox.public_id, "token": guest.token, "activities": activities}
    ).replace('"n": 1', '"n": 1e400')
    response = Page(SHOP).post("activities", body)
    assert response.json() == {"accepted": 3, "duplicate": 0, "rejected": []}
    titles = Activity.objects.filter(kind="page").values_list("props__title", flat=True)
    assert set(titles) == {"湯のみ \ufffd", "品物"}
    assert Activity.objects.get(kind="wish").props["n"] is None


def test_the_sender_s_clock_is_told_with_its_zone_or_the_batch_is_refused(cast: Cast) -> None:
    guest = cast.guest()
    answer = tell(guest, view(), sent_at="2026-11-01T00:00:00")
    assert (answer.status_code, answer.json()["field"]) == (400, "sent_at")
    for odd in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        assert tell(guest, view(), sent_at=odd).status_code == 200


def test_half_a_character_is_nobody_s_token(cast: Cast) -> None:
    guest = cast.guest()
    assert tell(guest, view(), token="\ud800").status_code == 401
    assert Activity.objects.count() == 0


def test_who_is_erased_while_their_batch_is_on_its_way_has_no_token_any_more(cast: Cast) -> None:
    guest = cast.guest()
    Customer.objects.filter(id=guest.visitor.customer_id).update(erased_at=datetime.now(UTC))
    assert tell(guest, view()).status_code == 401
    assert Page(SHOP, guest).post("claims", {"email": "a@e.jp"}).status_code == 401
    assert Activity.objects.count() == 0


def test_ac21_batch_hygiene_as_the_page_s_server_is_told(cast: Cast) -> None:
    guest, at = cast.guest(), datetime.now(UTC)
    told = [view(f"https://shop.example/{n}", title=f"{n}", at=at.isoformat()) for n in range(20)]
    told[3]["id"], told[5]["id"] = told[2]["id"], told[4]["id"]
    told[7] = {**view(at=at.isoformat()), "kind": "note", "props": {"text": "x" * 33_000}}
    told[9]["at"] = (at + timedelta(days=2)).isoformat()
    told[11]["title"] = "a\x00b"
    response = tell(guest, *told, sent_at=at.isoformat())
    rejected = [{"index": 7, "code": "too_large"}]
    assert response.json() == {"accepted": 17, "duplicate": 2, "rejected": rejected}
    rows = {row.props["url"]: row for row in Activity.objects.all()}
    assert rows["https://shop.example/9"].at == rows["https://shop.example/9"].received_at
    assert rows["https://shop.example/11"].props["title"] == "ab"
    again = tell(guest, *told, sent_at=at.isoformat()).json()
    assert again == {"accepted": 0, "duplicate": 19, "rejected": rejected}


def test_leaving_clears_the_page_they_are_on(cast: Cast) -> None:
    guest = cast.guest()
    tell(guest, view())
    url = "https://shop.example/items/"
    tell(
        guest, {"id": str(uuid4()), "kind": "page_leave", "at": "2026-11-01T00:00:09Z", "url": url}
    )
    assert Context.objects.get(customer_id=guest.visitor.customer_id).data["page"] is None


def test_s_6_activities_come_from_the_inbox_s_own_sites_alone(cast: Cast) -> None:
    guest = cast.guest()
    for origin in (SALON, "https://evil.example", "null", ""):
        assert tell(guest, view(), page=Page(origin)).status_code == 403
    assert Activity.objects.count() == 0
    assert tell(guest, view()).status_code == 200


def test_another_inbox_s_token_and_an_invented_one_are_refused(cast: Cast) -> None:
    guest, elsewhere = cast.guest(), cast.guest(cast.salon)
    for token in (elsewhere.token, "x" * 43, ""):
        assert tell(guest, view(), token=token).status_code == 401
    assert Activity.objects.count() == 0


def test_a_flood_is_slowed_down(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ACTIVITIES", limits.parse("2/minute"))
    guest = cast.guest()
    assert [tell(guest, view()).status_code for _ in range(3)] == [200, 200, 429]


def test_s_70_a_flood_from_one_address_is_slowed_down_whoever_it_is(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ACTIVITIES_OF_NETWORK", limits.parse("2/minute"))
    guests = [cast.guest() for _ in range(3)]
    assert [tell(guest, view()).status_code for guest in guests] == [200, 200, 429]
