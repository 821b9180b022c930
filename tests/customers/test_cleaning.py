"""Whatever JSON a browser can send must be storable, or be refused before the statement."""

import json
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.cleaning import clean_text, clean_value, is_deeper

nasty_text = st.text(
    st.characters(codec=None) | st.sampled_from("\x00\ud800\udfff😀あ"), max_size=30
)
numbers = (
    st.floats(allow_nan=True, allow_infinity=True)
    | st.integers()
    | st.integers(min_value=10**300, max_value=10**310)
)
values = st.recursive(
    st.none() | st.booleans() | numbers | nasty_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(nasty_text, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.django_db
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(value=values)
def test_every_cleaned_value_is_accepted_by_postgresql_unchanged(value: object) -> None:
    cleaned = clean_value(value, 2048)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [json.dumps(cleaned, allow_nan=False)])
        row = cursor.fetchone()
    assert row is not None
    assert json.loads(row[0]) == cleaned


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\udfff tail"])
def test_the_same_values_uncleaned_would_fail_the_statement(text: str) -> None:
    with pytest.raises(Exception, match=r"(?i)unicode|surrogate"), connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb", [json.dumps(text)])


@given(values)
def test_cleaning_twice_is_cleaning_once(value: object) -> None:
    once = clean_value(value, 20)
    assert clean_value(once, 20) == once


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ("abc", "abc"),
        ("a\x00b\ud800c", "ab�c"),
        (float("nan"), None),
        (float("inf"), None),
        (2**53, 2**53),
        (2**53 + 1, "9007199254740993"),
        pytest.param(10**5000, None, id="5000 digits"),
        (True, True),
        ({"a\x00": [1, "x" * 9]}, {"a": [1, "xxxxx"]}),
        (object(), None),
    ],
)
def test_each_value_has_one_storable_form(value: object, cleaned: Any) -> None:
    assert clean_value(value, 5 if isinstance(value, dict) else 2048) == cleaned


def test_text_is_cut_by_characters_not_bytes() -> None:
    assert clean_text("配送について", 2) == "配送"


@pytest.mark.parametrize(
    ("value", "levels", "deeper"),
    [(1, 0, False), ({}, 0, True), ({"a": 1}, 1, False), ({"a": [1]}, 1, True), ([[[]]], 3, False)],
)
def test_depth_counts_objects_and_lists(value: object, levels: int, deeper: bool) -> None:
    assert is_deeper(value, levels) is deeper
