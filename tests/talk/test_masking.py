"""What stands in place of a masked value, and what the classes mean for keys of all kinds."""

import msgspec
import pytest

from customers.context import ContextData
from customers.shopping import Shopping
from talk.frames import veiled_rows
from talk.masking import FieldMask, Visibility, dots
from talk.veils import CONTEXT_KEYS, NO_VEIL, SHOPPING_KEYS, veiled

SECRET, PERSONAL, PUBLIC = Visibility.SECRET, Visibility.PERSONAL, Visibility.PUBLIC


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("4980-0012-3456-7001", "••••7001"),
        ("090-8765-4321", "••••4321"),
        ("1984-05-17", "••••"),  # a birthday's end would be most of it
        ("12345678", "••••"),
        ("taro@e.jp", "••••"),
        (9182731234, "••••"),
        (False, "••••"),
        ([{"plan": "gold"}], "••••"),
        ("", ""),
        (None, ""),
    ],
)
def test_dots_show_the_end_of_a_long_number_alone(value: object, shown: str) -> None:
    assert dots(value) == shown


def test_a_claimed_value_has_the_class_of_its_key() -> None:
    mask = FieldMask({"card": SECRET})
    assert [mask.shows(key) for key in ("card", "claimed.card", "rank")] == [False, False, True]


def test_the_star_is_for_keys_without_a_class_but_never_for_names_and_what_customers_do() -> None:
    mask = FieldMask({"*": SECRET, "rank": PUBLIC})
    keys = ("card", "rank", "email", "name", "context.cart")
    assert [mask.class_of(key) for key in keys] == [SECRET, PUBLIC, PERSONAL, PUBLIC, PUBLIC]
    assert mask.veil == NO_VEIL


def test_secret_is_never_simply_seen() -> None:
    mask = FieldMask({"name": SECRET}, sees=frozenset(Visibility), reveals=frozenset({SECRET}))
    assert (mask.shows("name"), mask.may_reveal("name")) == (False, True)
    assert mask.veil == {"name"}


def test_what_is_veiled_is_empty_and_the_rest_stays() -> None:
    data = {"page": {"url": "u"}, "visits": 3, "shopping": {"cart": {"total": 1}, "items": [1]}}
    told = veiled(data, frozenset({"context.pages", "context.cart"}))
    assert told == {
        "page": None,
        "pages": [],
        "referrer": "",
        "visits": 3,
        "shopping": {"cart": None, "items": [1]},
    }
    assert data["shopping"] == {"cart": {"total": 1}, "items": [1]}


def test_every_part_of_the_context_is_under_one_key_that_can_be_hidden() -> None:
    """What is added to the context is not told to everybody because nobody thought of its class."""
    told = [name for names in CONTEXT_KEYS.values() for name in names]
    assert sorted([*told, "shopping"]) == sorted(ContextData.__struct_fields__)
    assert sorted(SHOPPING_KEYS.values()) == sorted(Shopping.__struct_fields__)


def test_hidden_pages_are_not_told_by_what_was_done_on_them() -> None:
    page = {"url": "u"}
    data = {
        "shopping": {"items": [{"name": "tea", **page}], "cart": {"lines": [{"q": 1, **page}]}},
        "did": [{"kind": "faq_view", "text": "T"}, {"kind": "faq_search", "text": "q"}],
    }
    told = veiled(data, frozenset({"context.pages"}))
    assert (told["shopping"], told["did"]) == (
        {"items": [{"name": "tea", "url": ""}], "cart": {"lines": [{"q": 1, "url": ""}]}},
        [{"kind": "faq_view", "text": ""}, {"kind": "faq_search", "text": "q"}],
    )
    mask = FieldMask({"context.pages": SECRET})
    item = {"name": "tea", "item_url": "u"}
    assert mask.props("cart", {"items": [item, "odd"], **page}) == {
        "items": [{"name": "tea"}, "odd"]
    }


def test_a_class_within_a_key_hides_the_whole_key_and_a_claimed_one_is_of_its_key() -> None:
    mask = FieldMask(
        {"contract.fee": SECRET, "claimed.card": SECRET, "survey": PERSONAL, "contract": PUBLIC}
    )
    keys = ("contract", "contract.fee", "contract.plan", "card", "survey.nps", "surveys", "rank")
    assert [mask.class_of(key) for key in keys] == [
        SECRET,
        SECRET,
        SECRET,
        SECRET,
        PERSONAL,
        PUBLIC,
        PUBLIC,
    ]


def test_what_operators_keep_and_customers_do_is_no_member_data_of_that_name() -> None:
    mask = FieldMask({"customer.notes": SECRET, "context.pages": SECRET, "context": SECRET})
    keys = ("customer", "customer.notes", "customer.labels", "context", "context.cart")
    assert [mask.class_of(key) for key in keys] == [PUBLIC, SECRET, PUBLIC, SECRET, PUBLIC]


def test_who_speaks_or_comes_in_a_group_has_no_name_under_a_veil_of_names() -> None:
    said = {"author": {"name": "花子", "picture": "https://p.example/1"}, "kind": "text"}
    rows = {
        "message": {"body": "はい", "data": said},
        "note": {"data": {"code": "members_joined", "names": ["花子", "次郎"], "count": 2}},
    }
    text = msgspec.json.encode(rows).decode()
    assert msgspec.json.decode(veiled_rows(text, frozenset({"context.did"}))) == rows
    assert msgspec.json.decode(veiled_rows(text, frozenset({"name"}))) == {
        "message": {"body": "はい", "data": {"author": {"name": "••••"}, "kind": "text"}},
        "note": {"data": {"code": "members_joined", "names": ["••••", "••••"], "count": 2}},
    }
