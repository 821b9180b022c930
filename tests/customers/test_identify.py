"""Who a customer is: signed, switched, and what their site tells of them (AC17)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest

from customers.actions import create_visitor_profile
from customers.actions.identify import Person, identify
from customers.actions.traits import tell_traits
from customers.context import ContextData
from customers.identifiers import Kind
from customers.metrics import IDENTIFIERS_REFUSED
from customers.models import (
    Customer,
    Identity,
    MergeLog,
)
from tests.customers.watching import (
    all_of,
    customer_of,
    look_at,
    pages,
    say_of_consent,
    tell_order,
    told,
)

pytestmark = pytest.mark.django_db


def test_ac17_another_user_in_the_same_browser_is_another_customer() -> None:
    browser = create_visitor_profile()
    say_of_consent(browser, "granted", "Mozilla/5.0 (Windows NT 10.0) Chrome/141.0.0.0")
    look_at(browser, "a")
    tell_order(browser, "T-1")
    kept = identify(browser.id, Person("user-42", "taro@e.jp", traits={"name": "太郎"}))
    before = all_of(customer_of(browser))
    switched = identify(browser.id, Person("user-43", traits={"name": "花子"}))
    assert all_of(customer_of(browser)) == before
    newcomer = all_of(switched.profile.customer_id)
    assert (newcomer["name"], newcomer["identities"]) == ("花子", [("user_id", "user-43")])
    assert (newcomer["context"], newcomer["activities"]) == (ContextData(), 0)
    assert (kept.is_switched, switched.is_switched) == (False, True)
    assert switched.profile.id != browser.id
    assert switched.profile.customer_id != customer_of(browser)
    assert pages(customer_of(browser)) == ["a"]
    assert not MergeLog.objects.exists()
    again = identify(switched.profile.id, Person("user-42"))
    assert again.is_switched
    assert again.profile.customer_id == customer_of(browser)


@pytest.mark.parametrize(("email", "phone"), [("なし", "0"), ("", ""), ("a@@b", "undefined")])
def test_an_address_that_is_none_is_dropped_and_counted(email: str, phone: str) -> None:
    counters = [IDENTIFIERS_REFUSED.labels(kind) for kind in (Kind.EMAIL, Kind.PHONE)]
    before = [counter._value.get() for counter in counters]
    profile = create_visitor_profile()
    identify(profile.id, Person("user-42", email=email, phone=phone))
    assert list(Identity.objects.values_list("value", flat=True)) == ["user-42"]
    counted = [counter._value.get() - old for counter, old in zip(counters, before, strict=True)]
    assert counted == [bool(email), bool(phone)]


def test_a_member_on_every_page_costs_a_few_reads(
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    profile = create_visitor_profile()
    person = Person(" user-42 ", "taro@e.jp", "090-1234-5678", {"rank": "gold", "note": None})
    identify(profile.id, person)
    verified = list(Identity.objects.order_by("id").values_list("verified_at", flat=True))
    with django_assert_max_num_queries(6):
        assert not identify(profile.id, person).is_switched
    assert list(Identity.objects.order_by("id").values_list("verified_at", flat=True)) == verified


@pytest.mark.parametrize(
    "person",
    [
        Person("user-42", email="hanako@e.jp", traits={"rank": "gold"}),
        Person("user-42", traits={"rank": "silver"}),
        Person("user-42", traits={"rank": None}),
        Person("user-42", traits={"rank": "gold", "points": 1}),
    ],
)
def test_what_has_changed_since_the_last_page_is_stored(person: Person) -> None:
    profile = create_visitor_profile()
    identify(profile.id, Person("user-42", traits={"rank": "gold"}))
    identify(profile.id, person)
    shown = told(profile.customer_id)
    assert shown.pop("user_id") == ("user-42", "site")
    known = {key: value for key, value in person.traits.items() if value is not None}
    assert shown == {key: (value, "site") for key, value in known.items()}
    assert Identity.objects.filter(kind=Kind.EMAIL).exists() == bool(person.email)


def test_that_a_member_is_still_here_is_noted_after_a_while() -> None:
    profile = create_visitor_profile()
    identify(profile.id, Person("user-42"))
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    Identity.objects.update(verified_at=long_ago)
    identify(profile.id, Person("user-42"))
    assert Identity.objects.get().verified_at > long_ago


def test_the_stronger_source_is_shown_and_the_other_is_kept() -> None:
    profile = create_visitor_profile()
    tell_traits(profile.id, {"plan": "free", "name": "ハナコ"}, source="tracker")
    tell_traits(profile.id, {"plan": "gold"}, source="crm:salesforce")
    tell_traits(profile.id, {"plan": "silver"}, source="site")
    customer = Customer.objects.get(id=profile.customer_id)
    assert told(customer.id) == {
        "plan": ("gold", "crm:salesforce"),
        "name": ("ハナコ", "tracker"),
    }
    assert [one["value"] for one in customer.traits["plan"]["others"]] == ["silver", "free"]
    assert customer.name == "ハナコ"
    tell_traits(profile.id, {"plan": None}, source="crm:salesforce")
    assert told(customer.id)["plan"] == ("silver", "site")
