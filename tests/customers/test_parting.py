"""What is known of two customers after they were joined and parted again (AC16)."""

import json
from datetime import UTC, datetime, timedelta
from threading import Thread
from uuid import UUID

import msgspec
import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from customers.actions import create_visitor_profile, merges
from customers.actions.claims import claim
from customers.actions.identify import Person, identify
from customers.actions.merges import move_profiles, undo_merge
from customers.actions.traits import tell_traits
from customers.client import Consent
from customers.context import ContextData, CrmRecord, SegmentIn, decode
from customers.identifiers import Kind
from customers.models import Context, MergeLog, Profile
from customers.turns import take_turn
from tests.customers.watching import (
    all_of,
    customer_of,
    in_its_own_connection,
    look_at,
    pages,
    say_of_consent,
    shop,
    tell_order,
    wait_for_a_lock,
)

pytestmark = pytest.mark.django_db
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Version/17.4 Mobile Safari/604.1"


def known(customer_id: UUID) -> dict[str, object]:
    return dict(Context.objects.get(customer_id=customer_id).data)


def seen(customer_id: UUID) -> int:
    return sum(page["count"] for page in Context.objects.get(customer_id=customer_id).data["pages"])


def test_ac16_joined_and_parted_again_everything_is_as_it_was() -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    identify(one.id, Person("user-42", "taro@e.jp"))
    for profile, word, consent, device in (
        (one, "一", "granted", CHROME),
        (other, "二", "denied", IPHONE),
    ):
        say_of_consent(profile, consent, device)  # type: ignore[arg-type]  # one of both words
        shop(profile, word)
        tell_order(profile, f"{word}-1")
    tell_traits(other.id, {"name": "次郎", "plan": "gold"}, source="crm:main")
    claim(other.id, Kind.EMAIL, "jiro@e.jp")
    before = [all_of(customer_of(profile)) for profile in (one, other)]
    contexts = [known["context"] for known in before]
    assert [(each.visits, each.consent, each.device.os) for each in contexts] == [
        (1, "granted", "Linux"),
        (1, "denied", "iOS"),
    ]
    signed = {"name": "太郎", "rank": "silver"}
    identify(other.id, Person("user-42", "taro@e.jp", traits=signed))
    joined = all_of(customer_of(one))
    assert joined["context"].visits == 2
    assert joined["context"].consent == "denied"
    assert joined["context"].shopping.order.id == "二-1"
    assert joined["activities"] == before[0]["activities"] + before[1]["activities"]
    assert joined["name"] == "次郎"
    undo_merge(MergeLog.objects.get().id, actor="aoi")
    member, parted = (all_of(customer_of(profile)) for profile in (one, other))
    assert parted == before[1]
    # What the site has signed since is the member's, whose browser it was not.
    assert (member.pop("name"), member.pop("traits")) == (
        "太郎",
        {key: (value, "site") for key, value in {"user_id": "user-42", **signed}.items()},
    )
    assert member == {key: before[0][key] for key in member}


def test_ac16_what_each_has_done_since_the_merge_is_theirs() -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    shop(one, "一")
    shop(other, "二")
    log = move_profiles([other.id], winner_id=one.customer_id, reason="1", actor="aoi")
    shop(other, "三")
    tell_order(one, "一-2")
    tell_traits(other.id, {"name": "次郎"}, source="survey")
    undo_merge(log.id, actor="aoi")
    first, second = (all_of(profile.customer_id) for profile in (one, other))
    assert (first["name"], second["name"]) == ("", "次郎")
    assert (first["activities"], second["activities"]) == (8, 14)
    assert [page.title for page in first["context"].pages] == ["一"]
    assert [page.title for page in second["context"].pages] == ["三", "二"]
    assert first["context"].shopping.order.id == "一-2"
    assert second["context"].shopping.order is None
    assert [line.name for line in second["context"].shopping.cart.lines] == ["三"]
    assert [error.message for error in second["context"].shopping.errors] == ["三", "二"]


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


def consents(*profiles: Profile) -> list[object]:
    return [known(profile.customer_id)["consent"] for profile in profiles]


def joined() -> tuple[Profile, Profile, MergeLog]:
    """Two who said yes to tracking, one of them on a telephone, and their merge."""
    one, other = create_visitor_profile(), create_visitor_profile()
    say_of_consent(one, "granted", CHROME)
    say_of_consent(other, "granted", IPHONE)
    log = move_profiles([other.id], winner_id=one.customer_id, reason="1", actor="aoi")
    return one, other, log


@pytest.mark.parametrize("refusal", ["denied", "gpc"])
def test_a_no_that_was_said_while_they_were_one_stays_the_no_of_who_said_it(
    refusal: Consent,
) -> None:
    one, other, log = joined()
    say_of_consent(other, refusal, IPHONE)
    assert consents(one) == [refusal]
    undo_merge(log.id, actor="aoi")
    assert consents(one, other) == ["granted", refusal]


@pytest.mark.parametrize("is_undone", [False, True])
def test_a_no_stays_the_last_word_whatever_others_do_after_it(is_undone: bool) -> None:
    """Activities say nothing about tracking, however new they are."""
    phone, computer, third = (create_visitor_profile() for _ in range(3))
    say_of_consent(computer, "granted", CHROME)
    log = move_profiles([computer.id], winner_id=phone.customer_id, reason="1", actor="aoi")
    say_of_consent(phone, "denied", IPHONE)
    Profile.objects.update(facts_at=Now() - timedelta(hours=1))
    look_at(computer, "shelf")
    assert consents(phone) == ["denied"]
    further = move_profiles([third.id], winner_id=phone.customer_id, reason="2", actor="aoi")
    assert consents(phone) == ["denied"]
    if is_undone:
        undo_merge(further.id, actor="aoi")
        undo_merge(log.id, actor="aoi")
        assert consents(phone, computer) == ["denied", "granted"]


def test_a_yes_that_is_said_again_after_anothers_no_is_the_last_word() -> None:
    phone, computer, third = (create_visitor_profile() for _ in range(3))
    move_profiles([computer.id], winner_id=phone.customer_id, reason="1", actor="aoi")
    say_of_consent(computer, "granted", CHROME)
    say_of_consent(phone, "denied", IPHONE)
    say_of_consent(computer, "granted", CHROME)
    move_profiles([third.id], winner_id=phone.customer_id, reason="2", actor="aoi")
    assert consents(phone) == ["granted"]


def test_a_no_of_which_nobody_knows_who_said_it_is_both_of_theirs() -> None:
    """What was told before profiles kept it: never the yes of before the merge."""
    one, other, log = joined()
    say_of_consent(other, "denied", IPHONE)
    Profile.objects.update(facts={}, facts_at=None)
    undo_merge(log.id, actor="aoi")
    assert consents(one, other) == ["denied", "denied"]


def test_a_no_that_no_profile_kept_stands_when_its_customer_is_joined_with_a_yes() -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    say_of_consent(other, "denied", IPHONE)
    Profile.objects.update(facts={}, facts_at=None)
    say_of_consent(one, "granted", CHROME)
    shop(one, "一")
    move_profiles([other.id], winner_id=one.customer_id, reason="1", actor="aoi")
    assert consents(one) == ["denied"]
    say_of_consent(one, "granted", CHROME)
    assert consents(one) == ["granted"]


def test_each_gets_back_the_device_that_is_theirs_also_who_keeps_some_profiles() -> None:
    one, other, log = joined()
    third = create_visitor_profile()
    further = move_profiles([other.id], winner_id=third.customer_id, reason="2", actor="aoi")
    systems = [known(profile.customer_id)["device"]["os"] for profile in (one, third)]  # type: ignore[index]  # JSON
    assert (systems, consents(one, third)) == (["Linux", "iOS"], ["granted", "granted"])
    undo_merge(further.id, actor="aoi")
    undo_merge(log.id, actor="aoi")
    systems = [known(profile.customer_id)["device"]["os"] for profile in (one, other)]  # type: ignore[index]  # JSON
    assert systems == ["Linux", "iOS"]
    assert consents(one, other, third) == ["granted", "granted", ""]


JUNE, JULY = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


def belong(profile: Profile, *segments: tuple[str, datetime], crm: tuple[str, datetime]) -> None:
    """Put the profile's customer into segments, and beside a record of the CRM."""
    id, at = crm
    data = ContextData(
        segments=tuple(SegmentIn(id, id, since) for id, since in segments),
        crm=(CrmRecord("crm:main", "contact", id, f"{id} {at:%B}", at),),
    )
    told = msgspec.to_builtins(data)
    Context.objects.filter(customer_id=profile.customer_id).update(data=told)


def belonging(customer_id: UUID) -> list[object]:
    data = decode(json.dumps(known(customer_id)))
    return [[(each.id, each.since) for each in data.segments], [each.title for each in data.crm]]


def test_who_is_joined_belongs_where_either_did_and_each_again_where_they_had() -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    belong(one, ("vip", JULY), ("new", JUNE), crm=("C-1", JUNE))
    belong(other, ("vip", JUNE), ("odd", JULY), crm=("C-1", JULY))
    before = [belonging(profile.customer_id) for profile in (one, other)]
    log = move_profiles([other.id], winner_id=one.customer_id, reason="1", actor="aoi")
    segments = [("vip", JUNE), ("odd", JULY), ("new", JUNE)]
    assert belonging(one.customer_id) == [segments, ["C-1 July"]]
    assert belonging(other.customer_id) == [[], []]
    undo_merge(log.id, actor="aoi")
    assert [belonging(profile.customer_id) for profile in (one, other)] == before


def test_who_gives_a_browser_away_stays_where_they_belong() -> None:
    member, borrowed, own = (create_visitor_profile() for _ in range(3))
    move_profiles([borrowed.id], winner_id=own.customer_id, reason="1", actor="aoi")
    belong(own, ("vip", JUNE), crm=("C-1", JUNE))
    belong(member, ("new", JUNE), crm=("C-2", JUNE))
    before = [belonging(profile.customer_id) for profile in (member, own)]
    look_at(borrowed, "shelf")
    move_profiles([borrowed.id], winner_id=member.customer_id, reason="2", actor="site")
    assert [belonging(profile.customer_id) for profile in (member, own)] == before


def test_a_merge_that_dies_in_the_middle_has_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    shop(one, "一")
    shop(other, "二")
    tell_traits(other.id, {"name": "次郎"}, source="survey")
    before = [all_of(profile.customer_id) for profile in (one, other)]

    def die(*_: object) -> None:
        assert customer_of(other) == one.customer_id
        raise KeyboardInterrupt

    monkeypatch.setattr(merges, "_write", die)
    with pytest.raises(KeyboardInterrupt):
        move_profiles([other.id], winner_id=one.customer_id, reason="1", actor="aoi")
    assert [all_of(profile.customer_id) for profile in (one, other)] == before
    assert not MergeLog.objects.exists()
