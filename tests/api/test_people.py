"""The asker, operators, teams, inboxes, customers and the event log over REST."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from talk import events
from talk.actions import messages
from talk.models import Conversation, Epoch
from talk.policy import Permission
from tests.cast import Cast, Guest
from tests.clients import browser, program

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def epoch(db: None) -> Epoch:
    return Epoch.objects.get_or_create(singleton=True)[0]


def write(guest: Guest) -> None:
    messages.receive(guest.visitor, client_id=uuid4(), body="hello")


def test_me_is_the_asker_with_epoch_and_csrf(cast: Cast, epoch: Epoch) -> None:
    me = browser(cast.oto).get("/api/v1/me").json()
    assert me["operator"] == {
        "id": str(cast.oto.id),
        "name": "oto",
        "email": cast.oto.email,
        "role": "operator",
        "avatar": "",
        "is_active": True,
        "version": 1,
    }
    assert me["epoch"] == str(Epoch.objects.get().value)
    assert len(me["csrf"]) == 64


def test_operators_see_their_own_inboxes(cast: Cast) -> None:
    shop, salon = cast.shop, cast.salon
    assert [row["name"] for row in _results(cast, "oto", "inboxes")] == ["shop"]
    assert [row["name"] for row in _results(cast, "aoi", "inboxes")] == ["shop", "salon"]
    teams = {row["name"]: row["inbox_ids"] for row in _results(cast, "oto", "teams")}
    assert teams[f"shop team {shop.public_id}"] == [str(shop.id)]
    assert teams[f"salon team {salon.public_id}"] == []


def _results(cast: Cast, who: str, path: str) -> list[dict[str, object]]:
    return list(browser(getattr(cast, who)).get(f"/api/v1/{path}").json()["results"])


def test_no_row_of_an_operator_has_a_secret(cast: Cast) -> None:
    rows = _results(cast, "oto", "operators")
    assert {key for row in rows for key in row} == {
        "id", "name", "email", "role", "avatar", "is_active", "version",
    }  # fmt: skip


def test_customers_are_those_who_wrote_to_the_actors_inboxes(cast: Cast) -> None:
    here, there = cast.guest(), cast.guest(cast.salon)
    write(here)
    write(there)
    assert [row["id"] for row in _results(cast, "oto", "customers")] == [
        str(here.visitor.customer_id)
    ]
    assert len(_results(cast, "aoi", "customers")) == 2


def test_customers_go_on_by_cursor(cast: Cast) -> None:
    guests = [cast.guest() for _ in range(3)]
    for guest in guests:
        write(guest)
    client = browser(cast.oto)
    first = client.get("/api/v1/customers?limit=2").json()
    second = client.get("/api/v1/customers", {"cursor": first["next"]}).json()
    ids = [row["id"] for row in first["results"] + second["results"]]
    assert ids == sorted((str(guest.visitor.customer_id) for guest in guests), reverse=True)
    assert second["next"] is None


def test_a_page_of_customers_costs_as_many_statements_as_one_customer(cast: Cast) -> None:
    client = browser(cast.oto)
    write(cast.guest())
    with CaptureQueriesContext(connection) as one:
        assert len(client.get("/api/v1/customers").json()["results"]) == 1
    for _ in range(5):
        write(cast.guest())
    with CaptureQueriesContext(connection) as six:
        assert len(client.get("/api/v1/customers").json()["results"]) == 6
    assert len(six) == len(one)


def test_a_customer_comes_with_context_and_past(cast: Cast) -> None:
    guest = cast.guest()
    write(guest)
    Customer.objects.filter(id=guest.visitor.customer_id).update(name="花子")
    path = f"/api/v1/customers/{guest.visitor.customer_id}"
    found = browser(cast.oto).get(path).json()
    assert set(found) == {"customer", "context", "marks", "past", "past_count"}
    assert found["customer"]["name"] == "花子"
    assert found["past_count"] == len(found["past"]) == 1
    assert browser(cast.ren).get(path).status_code == 404


@pytest.mark.django_db(transaction=True)  # the log tells of what is committed
def test_events_since_a_token_are_whole_rows(cast: Cast) -> None:
    client = browser(cast.oto)
    guest, stranger = cast.guest(), cast.guest(cast.salon)
    token = client.get("/api/v1/events").json()["token"]
    write(guest)
    write(stranger)
    page = client.get("/api/v1/events", {"after": token}).json()
    assert page["resync"] is False
    told = [(event["kind"], event["version"], sorted(event["rows"])) for event in page["events"]]
    assert told == [
        ("conversation.created", 1, ["conversation"]),
        ("context.changed", 1, ["context"]),
        ("message.created", 2, ["conversation", "message"]),
    ]


@pytest.mark.django_db(transaction=True)
def test_what_a_customer_does_is_told_to_who_may_read_customers(cast: Cast) -> None:
    guest = cast.guest()
    write(guest)
    token = browser(cast.oto).get("/api/v1/events").json()["token"]
    events.append_context(customer_id=guest.visitor.customer_id)

    def kinds(*scopes: str) -> list[str]:
        page = program(cast.oto, *scopes).get("/api/v1/events", {"after": token}).json()
        return [event["kind"] for event in page["events"]]

    able = (Permission.EVENT_READ, Permission.CONVERSATION_READ)
    assert kinds(*able, Permission.CUSTOMER_READ) == ["context.changed"]
    assert kinds(*able) == []


def test_the_log_holds_what_was_said_and_asks_for_that_scope_too(cast: Cast) -> None:
    answer = program(cast.oto, Permission.EVENT_READ).get("/api/v1/events")
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "This needs the permission conversation.read",
    )


def test_a_read_mark_is_a_change(cast: Cast) -> None:
    write(cast.guest())
    id = Conversation.objects.get().id
    reader = program(cast.oto, Permission.CONVERSATION_READ)
    writer = program(cast.oto, Permission.CONVERSATION_READ, Permission.CONVERSATION_WRITE)
    statuses = [
        client.post(
            f"/api/v1/conversations/{id}/read", {"seq": 1}, content_type="application/json"
        ).status_code
        for client in (reader, writer)
    ]
    assert statuses == [403, 200]


@pytest.mark.parametrize("reason", ["", "   ", "x\x00y"])
def test_a_reason_says_something_that_can_be_kept(cast: Cast, reason: str) -> None:
    customer_id = cast.guest().visitor.customer_id
    for what in ("export", "erase"):
        answer = browser(cast.aoi).post(
            f"/api/v1/customers/{customer_id}/{what}",
            {"reason": reason},
            content_type="application/json",
        )
        assert (answer.status_code, answer.json()["field"]) == (400, "reason")


def test_the_end_of_a_snooze_goes_with_a_snooze_alone(cast: Cast) -> None:
    write(cast.guest())
    row = Conversation.objects.get()
    answer = browser(cast.oto).patch(
        f"/api/v1/conversations/{row.id}",
        {"version": row.version, "snoozed_until": "2099-01-01T00:00:00Z"},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["field"]) == (400, "snoozed_until")


def change(cast: Cast, who: str, **body: object) -> dict[str, object]:
    answer = browser(getattr(cast, who)).patch("/api/v1/me/pane", body, "application/json")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def test_how_an_operator_has_the_pane_is_kept_for_them_alone_at_every_desk(cast: Cast) -> None:
    assert browser(cast.oto).get("/api/v1/me").json()["pane"] is None
    change(cast, "oto", folds={"cart": False, "section:契約": True})
    told = change(cast, "oto", folds={"cart": True}, orders={"": ["past", "cart"], "x": ["now"]})
    all_of_it = {
        "folds": {"cart": True, "section:契約": True},
        "orders": {"": ["past", "cart"], "x": ["now"]},
    }
    assert told == all_of_it
    assert browser(cast.oto).get("/api/v1/me").json()["pane"] == all_of_it
    assert change(cast, "oto", orders={"x": None})["orders"] == {"": ["past", "cart"]}
    assert browser(cast.sumire).get("/api/v1/me").json()["pane"] is None


def test_a_pane_is_kept_short_and_readable_and_is_no_programs(cast: Cast) -> None:
    for batch in range(4):
        told = change(cast, "oto", folds={f"data:{batch} {n}": True for n in range(100)})
    assert told["folds"] == {f"data:3 {n}": True for n in range(100)}
    client = browser(cast.oto)
    for folds in ({"a\x00": True}, {"a" * 221: True}, {"a": 1}, {str(n): True for n in range(101)}):
        answer = client.patch("/api/v1/me/pane", {"folds": folds}, "application/json")
        assert answer.status_code == 400, folds
    lone = client.patch("/api/v1/me/pane", '{"folds": {"\\ud800": true}}', "application/json")
    assert lone.status_code == 400
    token = program(cast.oto, *Permission)
    assert token.patch("/api/v1/me/pane", {}, "application/json").status_code == 403
    assert token.get("/api/v1/me").json()["pane"] == told
