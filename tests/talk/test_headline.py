"""The headline's clauses: built in, or the administrator's, in words that name what is known."""

import pytest
from django.core.exceptions import ValidationError

from talk.errors import Forbidden
from talk.headline import BUILT_IN, KINDS, Clause, ClauseRow, fault_in
from talk.models import HeadlineClause
from talk.policy import actor_of_operator
from talk.queries import headline
from tests.cast import Cast, actor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", list(Clause))
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_built_in_texts_name_what_their_kind_knows(kind: Clause, language: str) -> None:
    text = KINDS[kind].texts[language]
    assert fault_in(text, kind) == ""
    assert all(f"{{{name}}}" in text for name in {"value", "total"} & KINDS[kind].placeholders)


@pytest.mark.parametrize(
    "text", ["{name}", "{total!r}", "{total:>9}", "{total.real}", "{0}", "{}", "{total", "}"]
)
def test_a_text_names_nothing_else(text: str) -> None:
    assert fault_in("{total}", Clause.CART) == ""
    assert fault_in(text, Clause.CART) != ""


def test_a_clause_with_a_bad_text_or_without_its_key_is_refused() -> None:
    HeadlineClause(kind="cart", text_ja="合計{total}").full_clean()
    with pytest.raises(ValidationError) as refused:
        HeadlineClause(kind="cart", text_ja="{card_number}", text_en="{").full_clean()
    assert set(refused.value.message_dict) == {"text_ja", "text_en"}
    with pytest.raises(ValidationError) as refused:
        HeadlineClause(kind="renewal").full_clean()
    assert set(refused.value.message_dict) == {"trait"}


def test_without_any_clause_made_the_built_in_ones_hold(
    cast: Cast, django_assert_num_queries: object
) -> None:
    me = actor(cast.oto)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert headline.clauses(me) == list(BUILT_IN)


def test_the_administrators_clauses_replace_them_in_their_order(cast: Cast) -> None:
    HeadlineClause.objects.create(position=2, kind="cart", text_ja="合計{total}")
    HeadlineClause.objects.create(position=1, kind="renewal", trait="ends_on", threshold=14)
    HeadlineClause.objects.create(position=0, kind="repeat", is_active=False)
    assert headline.clauses(actor(cast.oto)) == [
        ClauseRow(Clause.RENEWAL, 14, "ends_on", "", KINDS[Clause.RENEWAL].texts),
        ClauseRow(
            Clause.CART, 0, "", "", {"ja": "合計{total}", "en": KINDS[Clause.CART].texts["en"]}
        ),
    ]
    HeadlineClause.objects.update(is_active=False)
    assert headline.clauses(actor(cast.oto)) == []


def test_who_may_not_read_customers_gets_no_clauses(cast: Cast) -> None:
    assert headline.clauses(actor_of_operator(cast.oto, scopes=frozenset({"customer.read"})))
    with pytest.raises(Forbidden):
        headline.clauses(actor_of_operator(cast.oto, scopes=frozenset()))
