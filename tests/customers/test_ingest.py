"""Recording: what is kept, what is dropped and why, and what is told of it."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from psycopg import Cursor

from customers.actions import create_visitor_profile
from customers.activities import props_of
from customers.client import ClientFacts
from customers.ingest import judge, record
from customers.ingest_steps import Arrival, Drop
from customers.models import Activity, Profile
from customers.queries import context_row
from customers.signals import context_changed
from customers.tasks import forget_old_activities

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SHOP = "https://shop.example"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 "


def told(kind: str = "page", *, at: datetime = NOON, **fields: Any) -> dict[str, Any]:
    if kind == "page":
        fields.setdefault("url", f"{SHOP}/")
    return {"id": str(uuid.uuid4()), "kind": kind, "at": at.isoformat(), **fields}


@pytest.fixture
def profile() -> Profile:
    return create_visitor_profile(locale="ja")


@pytest.fixture
def heard() -> Iterator[list[UUID]]:
    found: list[UUID] = []

    def hear(customer_id: UUID, **_: Any) -> None:
        found.append(customer_id)

    context_changed.connect(hear)
    yield found
    context_changed.disconnect(hear)


def reasons(*batch: object, sent_at: datetime = NOON) -> list[Drop | None]:
    return [outcome.dropped for outcome in judge(batch, Arrival(NOON, sent_at))]


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        ("text", Drop.MALFORMED),
        (None, Drop.MALFORMED),
        ({}, Drop.MALFORMED),
        (told(props=[]), Drop.MALFORMED),
        ({**told(), "kind": 7}, Drop.MALFORMED),
        ({**told(), "id": "7"}, Drop.MALFORMED),
        ({**told(), "id": 7}, Drop.MALFORMED),
        ({**told(), "at": "yesterday"}, Drop.MALFORMED),
        ({**told(), "at": "2026-11-20T12:00:00"}, Drop.MALFORMED),
        (told(title=["x"]), Drop.MALFORMED),
        (told("Buy"), Drop.UNKNOWN_KIND),
        (told("a" * 41), Drop.UNKNOWN_KIND),
        (told("購入"), Drop.UNKNOWN_KIND),
        (told(url="javascript:alert(1)"), Drop.BAD_URL),
        (told(url=""), Drop.BAD_URL),
        (told(url=["x"]), Drop.BAD_URL),
        (told("wish", url="ftp://x.example/"), Drop.BAD_URL),
        (told("wish", props={"a": {"b": {"c": {"d": {}}}}}), Drop.TOO_DEEP),
        (told("wish", props={"text": "x" * 32_768}), Drop.TOO_LARGE),
        (told("wish", props={"text": "あ" * 11_000}), Drop.TOO_LARGE),
        pytest.param(told("wish", props={"n": 10**5000}), Drop.TOO_LARGE, id="5000 digits"),
        (told(at=NOON - timedelta(days=30, seconds=1)), Drop.TOO_OLD),
        (told(), None),
        (told("page_leave", url=f"{SHOP}/"), None),
        (told("wish", props={"a": {"b": {"c": {"d": 1}}}}), None),
        (told("wish", props={"text": "x" * 32_000}), None),
        (told("wish"), None),
        (told("a" * 40), None),
    ],
)
def test_each_activity_is_taken_or_dropped_for_one_reason(one: object, reason: Drop | None) -> None:
    assert reasons(one) == [reason]


def test_the_batch_has_an_end_and_an_id_counts_once() -> None:
    once = told()
    assert reasons(once, told(), once) == [None, None, Drop.REPEATED]
    assert reasons(*(told() for _ in range(52)))[49:] == [None, Drop.BATCH_FULL, Drop.BATCH_FULL]


@pytest.mark.parametrize(
    ("at", "sent_at", "expected"),
    [
        # Their clock is a year fast: only the ten seconds between count.
        (
            NOON + timedelta(days=365, seconds=-10),
            NOON + timedelta(days=365),
            NOON - timedelta(seconds=10),
        ),
        (NOON + timedelta(hours=1), NOON, NOON),
        (NOON - timedelta(days=9), NOON, NOON - timedelta(days=7)),
        (NOON - timedelta(hours=1), None, NOON - timedelta(hours=1)),
        (datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 1, 0, 0, 5, tzinfo=UTC), None),
    ],
)
def test_the_time_is_by_our_clock(
    at: datetime, sent_at: datetime | None, expected: datetime | None
) -> None:
    (outcome,) = judge([told(at=at)], Arrival(NOON, sent_at))
    assert outcome.activity is not None
    assert outcome.activity.at == (expected or NOON - timedelta(seconds=5))


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=10,
)


@given(
    st.lists(
        json_values
        | st.fixed_dictionaries(
            {},
            optional={
                "id": st.uuids().map(str) | json_values,
                "kind": st.sampled_from(["page", "page_leave", "wish"]) | json_values,
                "at": st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat) | json_values,
                "url": st.just("https://a.example/") | json_values,
                "title": json_values,
                "referrer": json_values,
                "props": json_values,
            },
        ),
        max_size=6,
    )
)
def test_whatever_is_told_is_judged_without_an_exception(batch: list[object]) -> None:
    outcomes = judge(batch, Arrival(NOON, NOON))
    assert len(outcomes) == len(batch)
    assert all((one.activity is None) != (one.dropped is None) for one in outcomes)


@pytest.mark.django_db
def test_a_batch_is_stored_and_the_context_moves_once(
    profile: Profile,
    heard: list[UUID],
) -> None:
    now = datetime.now(UTC)
    batch = [
        told(at=now - timedelta(minutes=2), url=f"{SHOP}/a?token=x", title="a\x00", referrer="bad"),
        told("wish", at=now - timedelta(minutes=1), props={"n": float("nan"), "s": "\ud800"}),
        told("Buy", at=now),
    ]
    client = ClientFacts(user_agent=CHROME, language="ja", sent_at=now)
    outcomes = record(profile.id, batch, client=client)
    assert [one.dropped for one in outcomes] == [None, None, Drop.UNKNOWN_KIND]
    stored = Activity.objects.filter(profile=profile).order_by("at")
    assert [(one.kind, one.props) for one in stored] == [
        ("page", {"url": f"{SHOP}/a", "title": "a"}),
        ("wish", {"n": None, "s": "�"}),
    ]
    assert {(one.profile_id, one.is_present) for one in stored} == {(profile.id, True)}
    row = context_row(profile.customer_id)
    assert row is not None
    assert row.version == 1
    assert row.data.visits == 1
    assert row.data.language == "ja"
    assert row.data.device.browser == "Chrome"
    assert [page.url for page in row.data.pages] == [f"{SHOP}/a"]
    assert heard == [profile.customer_id]


def kept(one: dict[str, Any]) -> dict[str, Any]:
    (outcome,) = judge([one], Arrival(NOON, NOON))
    assert outcome.activity is not None
    return props_of(outcome.activity)


def test_no_address_among_the_properties_goes_past_the_cleaning() -> None:
    secret = f"{SHOP}/?token=SECRET"
    assert kept(told(props={"url": secret, "referrer": secret, "extra": secret})) == {
        "url": f"{SHOP}/",
        "referrer": f"{SHOP}/",
        "extra": f"{SHOP}/",
    }
    item = {"item_id": "cup", "item_url": "/cup?sid=SECRET", "item_image_url": secret}
    bare = {"item_id": "cup", "item_url": f"{SHOP}/cup", "item_image_url": f"{SHOP}/"}
    assert kept(told("item_view", url=f"{SHOP}/list", props=item)) == {
        **bare,
        "url": f"{SHOP}/list",
    }
    assert kept(told("cart", url=f"{SHOP}/list", props={"items": [item]})) == {
        "items": (bare,),
        "url": f"{SHOP}/list",
    }
    assert kept(told("wish", props={"url": secret})) == {"url": f"{SHOP}/"}
    assert kept(told("error", props={"message": "x", "url": secret}))["url"] == f"{SHOP}/"


@pytest.mark.django_db
def test_a_repeated_batch_records_nothing_and_tells_nobody(
    profile: Profile,
    heard: list[UUID],
) -> None:
    batch = [told(at=datetime.now(UTC)), told("wish", at=datetime.now(UTC))]
    record(profile.id, batch, client=ClientFacts(sent_at=datetime.now(UTC)))
    again = record(profile.id, batch, client=ClientFacts(sent_at=datetime.now(UTC)))
    assert [one.dropped for one in again] == [Drop.REPEATED, Drop.REPEATED]
    assert Activity.objects.filter(profile=profile).count() == 2
    row = context_row(profile.customer_id)
    assert row is not None
    assert row.version == 1
    assert len(heard) == 1


@pytest.mark.django_db
def test_a_batch_takes_three_statements_however_long(
    profile: Profile, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    asked: list[str] = []
    execute = Cursor.execute

    def counted(self: Cursor[Any], statement: Any, *values: Any, **options: Any) -> Any:
        asked.append(str(statement))
        return execute(self, statement, *values, **options)

    monkeypatch.setattr(Cursor, "execute", counted)
    batch = [told(at=datetime.now(UTC)) for _ in range(50)]
    with transaction.atomic(), django_assert_num_queries(2):  # the savepoint's
        record(profile.id, batch, client=ClientFacts())
    prepared = [text for text in asked if "SAVEPOINT" not in text]
    assert len(prepared) == 3, "the seat, the store, and the news for the consoles"


@pytest.mark.django_db
def test_an_empty_batch_notes_the_client_and_the_same_client_changes_nothing(
    profile: Profile,
) -> None:
    client = ClientFacts(language="en", screen="1920x1080")
    assert record(profile.id, [], client=client) == []
    record(profile.id, [], client=client)
    row = context_row(profile.customer_id)
    assert row is not None
    assert (row.version, row.data.language, row.data.visits) == (1, "en", 0)


@pytest.mark.django_db
def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(Profile.DoesNotExist):
        record(uuid.uuid4(), [told()], client=ClientFacts())


@pytest.mark.django_db
def test_what_a_newer_version_keeps_in_the_context_survives(profile: Profile) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_context SET data = %s WHERE customer_id = %s",
            ['{"cart": {"total": 5}}', profile.customer_id],
        )
    record(profile.id, [told(at=datetime.now(UTC))], client=ClientFacts())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data::text FROM customers_context WHERE customer_id = %s", [profile.customer_id]
        )
        (data,) = cursor.fetchone() or ("",)
    assert json.loads(data)["cart"] == {"total": 5}
    assert json.loads(data)["visits"] == 1


@pytest.mark.django_db
def test_each_outcome_is_counted_by_its_reason(profile: Profile) -> None:
    def counted(outcome: str) -> float:
        return REGISTRY.get_sample_value("sobani_activities_total", {"outcome": outcome}) or 0

    before = counted("recorded"), counted("unknown_kind")
    record(profile.id, [told(at=datetime.now(UTC)), told("Buy")], client=ClientFacts())
    assert (counted("recorded"), counted("unknown_kind")) == (before[0] + 1, before[1] + 1)


@pytest.mark.django_db
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(props=st.dictionaries(st.text(st.characters(codec=None), max_size=9), json_values))
def test_no_properties_fail_the_statement(profile: Profile, props: dict[str, Any]) -> None:
    good = told(at=datetime.now(UTC))
    with transaction.atomic():
        outcomes = record(profile.id, [told("wish", props=props), good], client=ClientFacts())
    assert outcomes[1].dropped is None


def test_what_happened_in_one_millisecond_keeps_its_order() -> None:
    same = [told("wish", props={"place": place}) for place in range(3)]
    outcomes = judge(same, Arrival(NOON, NOON + timedelta(seconds=1)))
    times = [one.activity.at for one in outcomes if one.activity]
    assert times == [times[0] + timedelta(microseconds=place) for place in range(3)]


@pytest.mark.django_db
@pytest.mark.parametrize("is_present", [True, False])
@pytest.mark.parametrize(("days", "dropped"), [(9, "repeated"), (29, "repeated"), (31, "too_old")])
def test_a_repeat_is_known_for_as_long_as_it_may_be_told(
    profile: Profile, is_present: bool, days: int, dropped: str
) -> None:
    """A laptop whose answer was lost opens again, a shop repeats its orders: none is doubled."""
    order = told("order", at=datetime.now(UTC), props={"id": "T-1"})
    record(profile.id, [order], client=ClientFacts(), is_present=is_present)
    assert Activity.objects.count() == 1
    passed = timedelta(days=days)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_activity_seen SET forget_at = forget_at - %s", [passed])
    forget_old_activities()
    client = ClientFacts(sent_at=datetime.now(UTC) + passed)
    [again] = record(profile.id, [order], client=client, is_present=is_present)
    assert (again.dropped, Activity.objects.count()) == (dropped, 1)
