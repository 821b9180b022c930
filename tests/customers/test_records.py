"""What a company's systems tell of customers who are joined, rightly or by mistake."""

from typing import Any
from uuid import UUID

import pytest

from customers.actions import create_visitor_profile
from customers.actions.identify import Person, identify
from customers.actions.merges import move_profiles, undo_merge
from customers.actions.upserts import Record, upsert_customer
from customers.actions.vouching import vouch
from customers.identifiers import Kind, Verifier
from customers.models import Identity, MergeLog, Profile
from tests.customers.watching import all_of, customer_of, told

pytestmark = pytest.mark.django_db
CRM = "crm:main"


def tell(**record: Any) -> None:
    assert upsert_customer(Record(**record), source=CRM) == []


def holder(value: str) -> UUID:
    return Identity.objects.get(value=value).profile.customer_id


def join(winner: UUID, loser: UUID) -> MergeLog:
    ids = list(Profile.objects.filter(customer_id=loser).values_list("id", flat=True))
    return move_profiles(ids, winner_id=winner, reason="1", actor="aoi")


def test_two_records_that_were_joined_by_mistake_get_back_each_its_own() -> None:
    records = (
        {"email": "jiro@e.jp", "name": "次郎", "traits": {"plan": "free", "since": "2019"}},
        {"email": "hana@e.jp", "name": "花子", "traits": {"plan": "gold"}},
    )
    for record in records:
        tell(**record)
    jiro, hana = holder("jiro@e.jp"), holder("hana@e.jp")
    before = [all_of(jiro), all_of(hana)]
    log = join(jiro, hana)
    for record in records:
        tell(**record)
    tell(email="jiro@e.jp", traits={"plan": "silver", "since": None})
    undo_merge(log.id, actor="aoi")
    assert all_of(hana) == before[1]
    assert told(jiro) == {"name": ("次郎", CRM), "plan": ("silver", CRM)}
    assert before[0]["traits"]["since"] == ("2019", CRM)


def test_records_of_two_browsers_that_were_joined_keep_apart_too() -> None:
    first, second, third = (create_visitor_profile() for _ in range(3))
    addresses = ("a@e.jp", "b@e.jp", "c@e.jp")
    for browser, address in zip((first, second, third), addresses, strict=True):
        vouch(browser, Kind.EMAIL, address, Verifier.EMAIL_CODE)
        tell(email=address, traits={"of": address})
    inner = join(second.customer_id, third.customer_id)
    outer = join(first.customer_id, second.customer_id)
    for address in addresses:
        tell(email=address, traits={"of": address, "again": address})
    assert Profile.objects.filter(kind=Profile.Kind.CRM).count() == 3
    undo_merge(outer.id, actor="aoi")
    undo_merge(inner.id, actor="aoi")
    for browser, address in zip((first, second, third), addresses, strict=True):
        assert told(customer_of(browser)) == {"of": (address, CRM), "again": (address, CRM)}


def test_a_record_stays_where_it_is_when_its_customer_logs_in_and_it_gets_a_user_id() -> None:
    tell(email="taro@e.jp", traits={"plan": "gold", "old": 1})
    browser = create_visitor_profile()
    identify(browser.id, Person("user-42", "taro@e.jp"))
    tell(user_id="user-42", email="taro@e.jp", traits={"plan": "free", "old": None})
    assert Profile.objects.filter(kind=Profile.Kind.CRM).count() == 1
    assert told(customer_of(browser)) == {"plan": ("free", CRM), "user_id": ("user-42", "site")}
