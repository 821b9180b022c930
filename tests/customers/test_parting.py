"""What is known of two customers after they were joined and parted again (AC16)."""

from threading import Thread
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from customers.actions import create_visitor_profile
from customers.actions.merges import move_profiles, undo_merge
from customers.models import Context, MergeLog
from customers.turns import take_turn
from tests.customers.watching import (
    in_its_own_connection,
    look_at,
    pages,
    tell_order,
    wait_for_a_lock,
)

pytestmark = pytest.mark.django_db


def known(customer_id: UUID) -> dict[str, object]:
    return dict(Context.objects.get(customer_id=customer_id).data)


def seen(customer_id: UUID) -> int:
    return sum(page["count"] for page in Context.objects.get(customer_id=customer_id).data["pages"])


def test_what_a_server_told_is_no_visit_after_an_undoing_either() -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    look_at(other, "shelf")
    before = known(other.customer_id)
    log = move_profiles([other.id], winner_id=one.customer_id, reason="1", actor="aoi")
    tell_order(other, "T-1")
    undo_merge(log.id, actor="aoi")
    after = known(other.customer_id)
    shopping = after.pop("shopping")
    assert isinstance(shopping, dict)
    assert shopping["order"]["id"] == "T-1"
    assert after == {name: value for name, value in before.items() if name != "shopping"}


def test_a_merge_reads_and_writes_no_activity_however_many_there_are() -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    look_at(other, "a", "b")
    with CaptureQueriesContext(connection) as merging:
        log = move_profiles([other.id], winner_id=one.customer_id, reason="1", actor="aoi")
    with CaptureQueriesContext(connection) as undoing:
        undo_merge(log.id, actor="aoi")
    touched = [
        [query["sql"].split()[0] for query in done if "customers_activity" in query["sql"]]
        for done in (merging, undoing)
    ]
    # Undoing reads the newest of each, for what has happened since.
    assert touched == [[], ["SELECT", "SELECT"]]


def test_who_gives_one_of_several_profiles_away_keeps_what_the_others_did() -> None:
    winner, moved, stays = (create_visitor_profile() for _ in range(3))
    look_at(winner, "w")
    look_at(moved, "m")
    look_at(stays, "s")
    loser_id = stays.customer_id
    move_profiles([moved.id], winner_id=loser_id, reason="1", actor="aoi")
    assert pages(loser_id) == ["m", "s"]
    log = move_profiles([moved.id], winner_id=winner.customer_id, reason="2", actor="aoi")
    assert (pages(winner.customer_id), pages(loser_id)) == (["m", "w"], ["s"])
    undo_merge(log.id, actor="aoi")
    assert (pages(winner.customer_id), pages(loser_id)) == (["w"], ["m", "s"])


@pytest.mark.django_db(transaction=True)
def test_what_came_in_while_a_merge_waited_for_its_turn_counts_once() -> None:
    one, other = create_visitor_profile(), create_visitor_profile()

    def merge() -> None:
        move_profiles([other.id], winner_id=one.customer_id, reason="1", actor="aoi")

    merging = Thread(target=in_its_own_connection, args=[merge])
    looking = Thread(target=in_its_own_connection, args=[lambda: look_at(other, "meanwhile")])
    with transaction.atomic():
        take_turn()
        merging.start()
        wait_for_a_lock()
        looking.start()
        looking.join()
    merging.join()
    undo_merge(MergeLog.objects.get().id, actor="aoi")
    assert (pages(other.customer_id), seen(other.customer_id)) == (["meanwhile"], 1)


def test_a_merge_that_was_undone_keeps_no_copy_of_what_was_known() -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    look_at(other, "shelf")
    log = move_profiles([other.id], winner_id=one.customer_id, reason="1", actor="aoi")
    assert "shelf" in str(log.before)
    undo_merge(log.id, actor="aoi")
    log.refresh_from_db()
    assert log.before == {}
