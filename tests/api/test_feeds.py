"""What a company's own systems tell: customers by the batch (AC14), and what they did (AC21)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client

from customers.actions.identify import Person, identify
from customers.client import ClientFacts
from customers.ingest import record
from customers.models import (
    Activity,
    Context,
    Customer,
    Identity,
    IdentityConflict,
    MergeLog,
    Profile,
    Trait,
)
from talk.actions import feeds
from talk.policy import Permission
from tests.cast import Cast
from tests.clients import browser, program
from tests.widget.test_identify import BAD

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def system(cast: Cast) -> Client:
    return program(cast.aoi, Permission.CUSTOMER_WRITE, Permission.ACTIVITY_WRITE)


def send(system: Client, *customers: Any, key: str = "", **more: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    body = {"customers": customers, **more}
    return system.post(
        "/api/v1/customers:batch", body, content_type="application/json", headers=headers
    )


def tell(system: Client, whom: dict[str, Any], *activities: Any, **more: Any) -> Any:
    body = {"customer": whom, "activities": activities, **more}
    return system.post("/api/v1/activities", body, content_type="application/json")


def done(kind: str, ago: timedelta = timedelta(), **props: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "kind": kind, "at": (NOW - ago).isoformat(), "props": props}


def shown(user_id: str) -> dict[str, Any]:
    owner = Identity.objects.get(kind="user_id", value_norm=user_id).profile.customer
    return {key: known["value"] for key, known in owner.traits.items()}


def test_ac14_a_bad_record_stops_no_other_and_a_replay_writes_nothing(system: Client) -> None:
    batch = [
        {"user_id": "u-1", "email": "a@example.jp", "traits": {"rank": "gold"}},
        {"user_id": "u-2", "email": "x@@y"},
        {"user_id": "u-3", "name": "花子"},
    ]
    answer = send(system, *batch, key="nightly-1")
    assert answer.status_code == 200
    assert answer.json() == {
        "accepted": 2,
        "errors": [{"index": 1, "field": "email", "code": "invalid_email"}],
    }
    assert set(Identity.objects.values_list("kind", "value_norm", "verified_by")) == {
        ("user_id", "u-1", "crm"),
        ("email", "a@example.jp", "crm"),
        ("user_id", "u-3", "crm"),
    }
    before = Trait.objects.count(), Customer.objects.count()
    again = send(system, *batch, key="nightly-1")
    assert (again.content, again.headers["Idempotency-Replayed"]) == (answer.content, "true")
    assert (Trait.objects.count(), Customer.objects.count()) == before == (2, 2)


def test_a_batch_with_a_key_keeps_nobody_from_being_recognised_meanwhile(
    system: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each record has its turn; as one transaction they would hold it to the end."""
    open_at_record: list[int] = []
    upsert = feeds.upsert_customer

    def counted(record: Any, *, source: str) -> Any:
        open_at_record.append(len(connection.savepoint_ids))
        return upsert(record, source=source)

    monkeypatch.setattr(feeds, "upsert_customer", counted)
    send(system, {"user_id": "u-1"}, {"user_id": "u-2"})
    send(system, {"user_id": "u-3"}, {"user_id": "u-4"}, key="nightly-1")
    assert open_at_record == [open_at_record[0]] * 4


def test_a_batch_that_broke_off_is_carried_out_again(
    system: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(feeds, "upsert_customer", lambda *_, **__: 1 / 0)
        assert send(system, {"user_id": "u-1"}, key="nightly-1").status_code == 500
    assert send(system, {"user_id": "u-2"}, key="nightly-1").json()["accepted"] == 1
    again = send(system, {"user_id": "u-2"}, key="nightly-1")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert send(system, {"user_id": "u-3"}, key="nightly-1").status_code == 409


def test_the_same_batch_again_finds_the_same_customers(system: Client) -> None:
    one = {"user_id": "u-1", "email": "a@example.jp", "name": "太郎", "traits": {"rank": "gold"}}
    for _ in range(2):
        assert send(system, one).json() == {"accepted": 1, "errors": []}
    assert Customer.objects.get().name == "太郎"
    assert Profile.objects.get().kind == Profile.Kind.CRM
    assert Trait.objects.count() == 2


def test_a_member_whom_the_site_has_signed_is_the_same_customer(system: Client, cast: Cast) -> None:
    guest = cast.guest()
    identify(guest.visitor.profile_id, Person("u-1", traits={"rank": "silver"}))
    send(system, {"user_id": "u-1", "phone": "090-1234-5678", "traits": {"rank": "gold"}})
    owner = Customer.objects.get()
    assert owner.id == guest.visitor.customer_id
    assert shown("u-1")["rank"] == "gold", "the CRM comes before what the site signed"
    phone = Identity.objects.get(kind="phone")
    assert (phone.value_norm, phone.profile.kind) == ("+819012345678", Profile.Kind.CRM)


@pytest.mark.parametrize("gone", [{"name": None}, {"name": " "}, {"traits": {"name": None}}])
def test_a_name_that_is_null_is_forgotten_and_one_that_is_left_out_stays(
    system: Client, gone: dict[str, Any]
) -> None:
    send(system, {"user_id": "u-1", "name": "太郎"})
    send(system, {"user_id": "u-1", "traits": {"rank": "gold"}})
    assert Customer.objects.get().name == "太郎"
    send(system, {"user_id": "u-1", **gone})
    assert (Customer.objects.get().name, set(shown("u-1"))) == ("", {"rank"})


def test_what_is_older_than_what_is_known_changes_nothing(system: Client) -> None:
    at = NOW - timedelta(days=1)
    newer = {"user_id": "u-1", "traits": {"rank": "gold"}, "changed_at": NOW.isoformat()}
    older = {"user_id": "u-1", "traits": {"rank": "silver"}, "changed_at": at.isoformat()}
    send(system, newer)
    send(system, older)
    assert shown("u-1") == {"rank": "gold"}
    send(system, {"user_id": "u-1", "traits": {"rank": None}})
    assert shown("u-1") == {}


def test_two_sources_stand_beside_each_other(system: Client) -> None:
    send(system, {"user_id": "u-1", "traits": {"points": 1}}, source="commerce:shop")
    send(system, {"user_id": "u-1", "traits": {"points": 2}}, source="crm:main")
    assert shown("u-1") == {"points": 2}
    assert set(Trait.objects.values_list("source", flat=True)) == {"commerce:shop", "crm:main"}


def test_an_address_that_another_member_holds_is_told_and_joins_nobody(system: Client) -> None:
    send(system, {"user_id": "u-1", "email": "a@example.jp"})
    answer = send(system, {"user_id": "u-2", "email": "a@example.jp", "name": "次郎"}).json()
    conflict = {"index": 0, "field": "email", "code": "conflict"}
    assert answer == {"accepted": 1, "errors": [], "conflicts": [conflict]}
    assert Customer.objects.count() == 2
    assert IdentityConflict.objects.get().value == "a@example.jp"
    assert [each.name for each in Customer.objects.order_by("created_at")] == ["", "次郎"]
    assert not MergeLog.objects.exists()


@pytest.mark.parametrize(
    ("record", "field", "code"),
    [
        ({"name": "x"}, "user_id", "missing_identifier"),
        ({"user_id": "undefined"}, "user_id", "invalid_user_id"),
        ({"user_id": "a\u0000b"}, "user_id", "invalid_user_id"),
        ({"phone": "12"}, "phone", "invalid_phone"),
        ({"user_id": 5}, "user_id", "invalid"),
        ({"user_id": "u", "rank": "gold"}, "rank", "invalid"),
        ({"user_id": "u", "traits": {"x": "y" * 5000}}, "traits.x", "too_large"),
        ({"user_id": "u", "traits": {"x": [[[[[1]]]]]}}, "traits.x", "too_large"),
        ({"user_id": "u", "traits": {"": 1}}, "traits", "invalid_key"),
        ({"user_id": "u", "traits": {f"k{n}": n for n in range(101)}}, "traits", "too_many"),
        ({"user_id": "u", "changed_at": "2026-11-20T12:00:00"}, "changed_at", "invalid_changed_at"),
        (
            {"user_id": "u", "traits": {"x": 1}, "changed_at": "0001-01-01T00:00:00+14:00"},
            "changed_at",
            "invalid_changed_at",
        ),
        ({"user_id": "u", "changed_at": "yesterday"}, "changed_at", "invalid"),
        ("text", "record", "invalid"),
    ],
)
def test_what_is_wrong_with_a_record_is_named(
    system: Client, record: Any, field: str, code: str
) -> None:
    good = {"user_id": "good"}
    answer = send(system, good, record).json()
    assert answer == {"accepted": 1, "errors": [{"index": 1, "field": field, "code": code}]}
    assert list(Identity.objects.values_list("value_norm", flat=True)) == ["good"]
    assert Customer.objects.count() == 1


def test_ac19_what_identifies_nobody_is_refused_from_servers(system: Client) -> None:
    answer = send(system, *({"user_id": value, "name": "太郎"} for value in BAD)).json()
    assert answer["accepted"] == 0
    assert [one["code"] for one in answer["errors"]] == ["invalid_user_id"] * len(BAD)
    told = [tell(system, {"user_id": value}, done("order")).status_code for value in BAD]
    assert set(told) == {400}
    assert not Identity.objects.exists()
    assert not Customer.objects.filter(name="太郎").exists()


def test_what_postgresql_cannot_keep_is_cleaned(system: Client) -> None:
    traits = '{"a": "x\\u0000y", "b": "\\ud83d", "n": 1e400}'
    text = f'{{"customers": [{{"user_id": "u-1", "traits": {traits}}}]}}'
    answer = system.post("/api/v1/customers:batch", text, content_type="application/json")
    assert answer.json() == {"accepted": 1, "errors": []}
    assert shown("u-1") == {"a": "xy", "b": "\ufffd"}


def test_a_batch_has_at_most_500_records_and_one_mebibyte(system: Client) -> None:
    assert send(system, *({"user_id": f"u-{n}"} for n in range(501))).status_code == 400
    assert send(system, {"user_id": "x" * 1024 * 1024}).status_code == 413
    assert send(system, {"user_id": "u"}, source="operator").status_code == 400
    assert not Customer.objects.exists()


def test_ac21_what_a_server_tells_of_a_customer(system: Client) -> None:
    send(system, {"user_id": "u-1", "email": "a@example.jp"})
    order = done("order", timedelta(days=20), id="T-1", revenue=2400)
    bad = {**done("order"), "kind": "Not A Name"}
    answer = tell(system, {"email": "A@example.jp"}, order, order, bad)
    rejected = [{"index": 2, "code": "unknown_kind"}]
    assert answer.json() == {"accepted": 1, "duplicate": 1, "rejected": rejected}
    assert tell(system, {"user_id": "u-1"}, order).json()["duplicate"] == 1
    [stored] = Activity.objects.all()
    assert abs(stored.at - (NOW - timedelta(days=20))) < timedelta(minutes=5)
    data = Context.objects.get().data
    assert data["shopping"]["order"]["id"] == "T-1"
    assert (data["visits"], data["last_seen"]) == (0, None), "an order is not a visit"


def test_a_sender_s_clock_without_its_zone_is_refused(system: Client) -> None:
    send(system, {"user_id": "u-1"})
    answer = tell(system, {"user_id": "u-1"}, done("wish"), sent_at="2026-11-27T12:00:00")
    assert (answer.status_code, answer.json()["field"]) == (400, "sent_at")
    assert not Activity.objects.exists()


def test_an_activity_is_told_by_profile_too_and_of_nobody_is_404(
    system: Client, cast: Cast
) -> None:
    guest = cast.guest()
    page = {**done("page"), "url": "https://shop.example/"}
    record(guest.visitor.profile_id, [page], client=ClientFacts())
    whom = {"profile_id": str(guest.visitor.profile_id)}
    assert tell(system, whom, done("wish")).json()["accepted"] == 1
    assert Context.objects.get().data["page"]["url"] == "https://shop.example/", "still there"
    for nobody in ({"user_id": "u-9"}, {"profile_id": str(UUID(int=7))}):
        assert tell(system, nobody, done("wish")).status_code == 404
    for wrong in ({}, {"user_id": "a", "email": "b@c.example"}, {"email": "x@@y"}):
        assert tell(system, wrong, done("wish")).status_code == 400


def test_a_claim_is_no_way_to_a_customer(system: Client, cast: Cast) -> None:
    guest = cast.guest()
    Profile.objects.get(id=guest.visitor.profile_id).claims.create(
        kind="email", value="a@example.jp", value_norm="a@example.jp"
    )
    assert tell(system, {"email": "a@example.jp"}, done("wish")).status_code == 404
    send(system, {"email": "a@example.jp"})
    assert Customer.objects.count() == 2


def test_operators_and_tokens_without_the_scope_may_not(cast: Cast) -> None:
    clients = (browser(cast.oto), program(cast.aoi, Permission.CUSTOMER_READ), program(cast.oto))
    for client in clients:
        assert send(client, {"user_id": "u-1"}).status_code == 403
        assert tell(client, {"user_id": "u-1"}).status_code == 403
    assert not Customer.objects.exists()
