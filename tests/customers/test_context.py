"""The pure half: what an activity does to the context."""

import itertools
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from customers.activities import Activity, Custom, Page, PageLeave
from customers.context import (
    MAX_PAGES,
    VISIT_GAP,
    ContextData,
    Device,
    Facts,
    PageNow,
    PageSeen,
    advance,
    decode,
    encode,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SHOP = "https://shop.example"
NOBODY = Facts()


def page(minute: float, path: str = "/", *, title: str = "", referrer: str = "") -> Activity:
    details = Page(SHOP + path, title, referrer)
    return Activity(uuid.uuid4(), "page", NOON + timedelta(minutes=minute), details)


def leave(minute: float, path: str = "/", view: str = "", seconds: float = 0) -> Activity:
    details = PageLeave(SHOP + path, view, seconds)
    return Activity(uuid.uuid4(), "page_leave", NOON + timedelta(minutes=minute), details)


def custom(minute: float) -> Activity:
    return Activity(uuid.uuid4(), "wish", NOON + timedelta(minutes=minute), Custom({}))


def after(*activities: Activity, facts: Facts = NOBODY) -> ContextData:
    data = ContextData()
    for activity in activities:
        data = advance(data, activity, facts)
    return data


def test_the_first_page_is_now_seen_and_a_visit() -> None:
    device = Device("mobile", "Safari", "17.4", "iOS", "17.4")
    facts = Facts(device, "ja", "Asia/Tokyo", "390x844")
    told = page(0, "/item/1", title="抹茶", referrer="https://search.example/?q=tea")
    assert after(told, facts=facts) == ContextData(
        page=PageNow(f"{SHOP}/item/1", "抹茶", NOON, str(told.id)),
        pages=(PageSeen(f"{SHOP}/item/1", "抹茶", NOON),),
        referrer="https://search.example/?q=tea",
        device=device,
        language="ja",
        time_zone="Asia/Tokyo",
        screen="390x844",
        first_seen=NOON,
        last_seen=NOON,
        visits=1,
        visit_at=NOON,
    )


def test_the_json_has_exactly_the_agreed_names() -> None:
    home = page(0, title="家")
    noon = "2026-11-20T12:00:00Z"
    told = msgspec.json.decode(encode(after(home)))
    assert told == {
        "page": {"url": f"{SHOP}/", "title": "家", "since": noon, "view": str(home.id)},
        "pages": [{"url": f"{SHOP}/", "title": "家", "at": noon, "count": 1, "seconds": 0}],
        "referrer": "",
        "device": {
            "kind": "unknown",
            "browser": "",
            "browser_version": "",
            "os": "",
            "os_version": "",
        },
        "language": "",
        "time_zone": "",
        "screen": "",
        "consent": "",
        "first_seen": "2026-11-20T12:00:00Z",
        "last_seen": "2026-11-20T12:00:00Z",
        "visits": 1,
        "visit_at": noon,
        "shopping": {"items": [], "cart": None, "order": None, "errors": []},
        "inquiries": {"count": 0, "began": []},
        "segments": [],
        "crm": [],
        "did": [],
    }


def test_what_a_newer_version_added_does_not_stop_the_reading() -> None:
    assert decode('{"visits": 3, "cart": {"total": 1}}') == ContextData(visits=3)


def test_half_an_hour_of_silence_is_one_visit_and_a_second_more_is_two() -> None:
    assert after(page(0), page(30)).visits == 1
    assert after(page(0), page(30.1)).visits == 2


def test_a_visit_begins_with_the_first_activity_after_the_silence() -> None:
    assert after(page(0), page(5), page(60), page(61)).visit_at == NOON + timedelta(minutes=60)


def test_a_new_visit_forgets_where_the_last_one_came_from_and_was() -> None:
    came = page(0, "/a", referrer="https://search.example/")
    assert after(came, page(1, "/b", referrer=SHOP)).referrer == "https://search.example/"
    assert after(came, page(90, "/b")).referrer == ""
    assert after(came, custom(90)).page is None


def test_leaving_empties_the_page_only_if_it_is_that_page() -> None:
    assert after(page(0, "/a"), leave(1, "/a")).page is None
    # A second tab closes while the first stays open.
    other = page(1, "/b")
    still = after(page(0, "/a"), other, leave(2, "/a")).page
    assert still == PageNow(f"{SHOP}/b", "", NOON + timedelta(minutes=1), str(other.id))
    # Its own leaving, told late, of an earlier stay.
    assert after(page(0, "/a"), page(2, "/a"), leave(1, "/a")).page is not None


def test_a_page_counts_the_seconds_it_was_looked_at_over_every_look() -> None:
    told = (page(0, "/a"), leave(1, "/a", seconds=41.6), page(2, "/a"), leave(3, "/a", seconds=8))
    assert [(seen.count, seen.seconds) for seen in after(*told).pages] == [(2, 50)]
    # Told late, after the page that came next.
    late = after(page(0, "/a"), page(2, "/b"), leave(1, "/a", seconds=60))
    assert [seen.seconds for seen in late.pages] == [0, 60]


def test_a_browser_that_counts_its_machine_s_sleep_or_lies_is_not_believed() -> None:
    seconds = [after(page(0), leave(1, seconds=told)).pages[0].seconds for told in (-5, 9e9, 2**53)]
    assert seconds == [0, 86_400, 86_400]


def test_what_the_visitor_says_of_being_tracked_holds_until_they_say_otherwise() -> None:
    said = after(page(0), facts=Facts(consent="denied"))
    assert advance(said, page(1), NOBODY).consent == "denied"
    assert advance(said, page(1), Facts(consent="granted")).consent == "granted"


def test_the_leaving_before_a_reload_says_nothing_of_the_page_after_it() -> None:
    """Its beacon may come after the news of the new page, by whatever way that took."""
    first, second = page(0, "/a"), page(1, "/a")
    reloaded = after(first, second, leave(1.1, "/a", str(first.id)))
    assert reloaded.page == PageNow(f"{SHOP}/a", "", NOON + timedelta(minutes=1), str(second.id))
    assert advance(reloaded, leave(2, "/a", str(second.id)), NOBODY).page is None
    # By the clocks of two requests it was left before it came; it was left all the same.
    assert advance(reloaded, leave(0.9, "/a", str(second.id)), NOBODY).page is None


def test_equal_neighbours_are_one_page_with_its_newest_time_and_a_count() -> None:
    data = after(
        page(0, "/a", title="甲"), page(1, "/a"), page(2, "/b"), page(3, "/a"), page(4, "/a")
    )
    assert data.pages == (
        PageSeen(f"{SHOP}/a", "", NOON + timedelta(minutes=4), 2),
        PageSeen(f"{SHOP}/b", "", NOON + timedelta(minutes=2), 1),
        PageSeen(f"{SHOP}/a", "甲", NOON + timedelta(minutes=1), 2),
    )


def test_a_late_page_takes_its_place_in_the_list_and_changes_nothing_about_now() -> None:
    device = Device("bot")
    now = after(page(0, "/a"), page(10, "/c"))
    late = advance(now, page(5, "/b", referrer="https://other.example/"), Facts(device))
    assert [seen.url for seen in late.pages] == [f"{SHOP}/c", f"{SHOP}/b", f"{SHOP}/a"]
    assert msgspec.structs.replace(late, pages=now.pages) == now


def test_a_page_overtaken_by_a_custom_activity_is_still_the_page_now() -> None:
    overtaken = page(1, "/b")
    data = after(page(0, "/a"), custom(2), overtaken)
    assert data.page == PageNow(f"{SHOP}/b", "", NOON + timedelta(minutes=1), str(overtaken.id))


def test_an_empty_fact_leaves_what_is_known() -> None:
    first = advance(ContextData(), page(0), Facts(Device("mobile"), "ja", "Asia/Tokyo", "1x1"))
    second = advance(first, page(1), Facts(language="en"))
    assert (second.device, second.language, second.time_zone) == (
        Device("mobile"),
        "en",
        "Asia/Tokyo",
    )


activities = st.lists(
    st.builds(
        lambda minute, path, kind: kind(minute, path),
        st.integers(0, 600),
        st.sampled_from(["/a", "/b", "/c"]),
        st.sampled_from([page, leave, lambda minute, _: custom(minute)]),
    ),
    max_size=40,
)


@given(activities)
def test_in_order_the_context_is_what_a_plain_reading_of_the_history_says(
    told: list[Activity],
) -> None:
    told = sorted(told, key=lambda one: one.at)
    data = after(*told)
    times = [one.at for one in told]
    gaps = [later - sooner for sooner, later in itertools.pairwise(times)]
    views = [one for one in told if isinstance(one.details, Page)]
    assert data.visits == (1 + sum(gap > VISIT_GAP for gap in gaps) if told else 0)
    assert data.first_seen == (times[0] if times else None)
    assert data.last_seen == (times[-1] if times else None)
    runs = itertools.groupby(reversed(views), key=lambda one: one.details.url)
    newest = [(url, [one.at for one in run]) for url, run in runs][:MAX_PAGES]
    expected = [(url, times[0], len(times)) for url, times in newest]
    assert [(seen.url, seen.at, seen.count) for seen in data.pages] == expected


@given(activities, st.randoms(use_true_random=False))
def test_in_any_order_of_arrival_the_list_of_pages_is_bounded_and_by_time(
    told: list[Activity], random: Any
) -> None:
    random.shuffle(told)
    data = after(*told)
    times = [seen.at for seen in data.pages]
    assert len(times) <= MAX_PAGES
    assert times == sorted(times, reverse=True)
    assert all(newer.url != older.url for newer, older in itertools.pairwise(data.pages))
    assert data.last_seen == max((one.at for one in told), default=None)
    if data.page is not None:
        seen = {page.url for page in data.pages if page.at >= data.page.since}
        assert data.page.url in seen or len(times) == MAX_PAGES
    assert decode(encode(data)) == data


def test_a_page_whose_request_was_quicker_than_the_leaving_before_it_is_the_present_one() -> None:
    gone = after(page(0, "/a"), leave(10, "/a"))
    assert gone.page is None
    now = advance(gone, page(9.9, "/b"), NOBODY).page
    assert now is not None
    assert now.url == f"{SHOP}/b"


def test_a_page_from_an_offline_queue_is_not_the_present_one() -> None:
    assert after(page(0, "/a"), leave(60, "/a"), page(30, "/b")).page is None
