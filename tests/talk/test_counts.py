"""The views' sizes are those of their lists, up to a limit, in one statement."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from talk import queries
from talk.actions import conversations, messages
from talk.errors import NotFound
from talk.policy import Actor
from talk.queries import View, counts
from talk.queries.counts import Counts, conversation_counts
from tests.cast import Cast, actor
from tests.clients import browser

pytestmark = pytest.mark.django_db


def begin(cast: Cast, number: int, *, elsewhere: bool = False) -> list[UUID]:
    inbox = cast.salon if elsewhere else cast.shop
    return [
        messages.receive(cast.guest(inbox).visitor, client_id=uuid4(), body=str(n)).conversation.id
        for n in range(number)
    ]


def arrange(cast: Cast) -> Actor:
    """One of the shop's is oto's, two are nobody's, one is snoozed, one resolved; one elsewhere."""
    mine, _, _, snoozed, resolved = begin(cast, 5)
    begin(cast, 1, elsewhere=True)
    me = actor(cast.oto)
    conversations.assign(me, conversation_id=mine, version=2, assignee_id=cast.oto.id, team_id=None)
    for id, status in ((snoozed, "snoozed"), (resolved, "resolved")):
        conversations.set_status(me, conversation_id=id, version=2, status=status)
    return me


def listed(me: Actor, inbox_id: UUID | None = None) -> dict[str, int]:
    return {
        view: len(queries.conversation_rows(me, view=view, inbox_id=inbox_id).results)
        for view in View
    }


def as_sizes(found: Counts) -> dict[str, int]:
    return {view: getattr(found, view) for view in View}


def test_every_view_counts_what_its_list_holds(cast: Cast) -> None:
    me = arrange(cast)
    assert conversation_counts(me) == Counts(1, 2, 3, 1, 1, counts.MOST_COUNTED)
    assert as_sizes(conversation_counts(me)) == listed(me)


def test_others_count_what_they_see(cast: Cast) -> None:
    arrange(cast)
    supervisor = actor(cast.sumire)
    assert as_sizes(conversation_counts(actor(cast.ren))) == listed(actor(cast.ren))
    assert as_sizes(conversation_counts(supervisor)) == listed(supervisor)
    assert conversation_counts(supervisor).unassigned == 3
    of_salon = conversation_counts(supervisor, inbox_id=cast.salon.id)
    assert as_sizes(of_salon) == listed(supervisor, cast.salon.id)


def test_a_foreign_inbox_has_no_counts(cast: Cast) -> None:
    with pytest.raises(NotFound):
        conversation_counts(actor(cast.oto), inbox_id=cast.salon.id)


def test_counting_is_one_statement_and_ends_at_the_limit(
    cast: Cast, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "MOST_COUNTED", 2)
    me = arrange(cast)
    with django_assert_num_queries(1):
        assert conversation_counts(me) == Counts(1, 2, 2, 1, 1, 2)


def test_the_counts_are_served(cast: Cast) -> None:
    arrange(cast)
    answer = browser(cast.oto).get("/api/v1/conversation-counts", {"inbox_id": cast.shop.id})
    assert answer.json() == {
        "mine": 1, "unassigned": 2, "all": 3, "snoozed": 1, "resolved": 1, "most": 1000,
    }  # fmt: skip
