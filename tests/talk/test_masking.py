"""What stands in place of a masked value, and what the classes mean for keys of all kinds."""

import pytest

from talk.masking import NO_VEIL, FieldMask, Visibility, dots, veiled

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
