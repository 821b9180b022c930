import uuid
from typing import Any

import pytest

from customers.actions import create_visitor_profile
from customers.actions.traits import tell_traits
from customers.context import ContextData
from customers.models import Customer
from customers.queries import ContextRow, ProfileRow, context_row, customer_row
from customers.signals import customer_renamed

pytestmark = pytest.mark.django_db


def test_a_visitor_has_a_customer_a_profile_and_an_empty_context() -> None:
    profile = create_visitor_profile(locale="ja")
    row = customer_row(profile.customer_id)
    assert row is not None
    assert (row.name, row.locale) == ("", "ja")
    assert row.profiles == (ProfileRow(profile.id, "browser"),)
    assert row.created_at.endswith("Z")
    assert context_row(profile.customer_id) == ContextRow(profile.customer_id, 0, ContextData())


def test_nobody_is_none() -> None:
    assert context_row(uuid.uuid4()) is None
    assert customer_row(uuid.uuid4()) is None


def test_a_name_is_cleaned_kept_and_told_once() -> None:
    told: list[uuid.UUID] = []

    def hear(customer_id: uuid.UUID, **_: Any) -> None:
        told.append(customer_id)

    customer_renamed.connect(hear)
    profile = create_visitor_profile()
    tell_traits(profile.id, {"name": "  佐藤\x00 花子 "}, source="site")
    tell_traits(profile.id, {"name": "佐藤 花子"}, source="site")
    assert Customer.objects.get(id=profile.customer_id).name == "佐藤 花子"
    assert told == [profile.customer_id]
