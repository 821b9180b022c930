"""S-63: what contexts, and merges' copies of them, tell of activities goes when those do."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.db import transaction
from django.db.models.functions import Now

from customers import retention, thinning
from customers.actions import create_visitor_profile
from customers.actions.merges import move_profiles, undo_merge
from customers.client import ClientFacts
from customers.context import ContextData, Device, PageNow, PageSeen
from customers.doings import Did
from customers.ids import uuid7
from customers.ingest import record
from customers.models import AuditEntry, Context, MergeLog, Profile, Retention
from customers.shopping import CartNow, ErrorMet, ItemSeen, OrderMade, Shopping
from customers.signals import context_changed
from customers.thinning import Looked
from tests.customers.watching import in_its_own_connection, say_of_consent

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOW = datetime.now(UTC)
OLD, NEW = NOW - 500 * DAY, NOW - DAY
RULE = retention.RULES["contexts"]
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36"


def life(at: datetime, word: str, *, last_seen: datetime | None = None) -> ContextData:
    """All that a context can tell, of one moment."""
    item = ItemSeen(word, word, 1, "", "", at)
    return ContextData(
        page=PageNow(f"https://shop.example/{word}", word, at),
        pages=(PageSeen(f"https://shop.example/{word}", word, at),),
        referrer=f"https://{word}.example/",
        device=Device("desktop", "Chrome", "141", "Linux"),
        language="ja",
        time_zone="Asia/Tokyo",
        screen="100x100",
        consent="granted",
        first_seen=at,
        last_seen=last_seen or at,
        visits=3,
        visit_at=at,
        shopping=Shopping(
            (item,),
            CartNow(at, quantity=1),
            OrderMade(word, 1, "", (), at),
            (ErrorMet(word, word, "", at),),
        ),
        did=(Did("faq_view", word, at),),
    )


def begin(data: ContextData) -> UUID:
    """Return a customer of whom this is known."""
    profile = create_visitor_profile()
    keep(profile.customer_id, data)
    return profile.customer_id


def keep(customer_id: UUID, data: ContextData) -> None:
    told = msgspec.to_builtins(data)
    Context.objects.filter(customer_id=customer_id).update(data=told, kept_since=None)


def known(customer_id: UUID) -> ContextData:
    return msgspec.convert(Context.objects.get(customer_id=customer_id).data, ContextData)


def test_nothing_that_activities_tell_is_forgotten_here() -> None:
    """What is new in a context fails here: say in `thinned` when it goes."""
    full, empty = life(OLD, "x"), ContextData()
    same = [name for name in ContextData.__struct_fields__ if _of(full, name) == _of(empty, name)]
    assert same == ["inquiries", "segments", "crm"]


def _of(data: ContextData, name: str) -> Any:
    return getattr(data, name)


def test_of_who_was_not_seen_since_nothing_is_left_but_their_word_on_tracking() -> None:
    gone, stays = begin(life(OLD, "old")), begin(life(NEW, "new"))
    assert retention.due(RULE).count == 1
    before = Context.objects.get(customer_id=gone).version
    assert retention.carry_out(RULE) == 1
    assert known(gone) == ContextData(consent="granted")
    assert known(stays) == life(NEW, "new")
    versions = [Context.objects.get(customer_id=id).version for id in (gone, stays)]
    assert versions == [before + 1, 0]
    entry = AuditEntry.objects.get(action="retention.run")
    assert (entry.what["kind"], entry.what["count"]) == ("contexts", 1)
    assert (retention.due(RULE).count, retention.carry_out(RULE)) == (0, 0)


def test_of_who_still_comes_the_old_entries_go_and_the_newer_stay() -> None:
    new, old = life(NEW, "new"), life(OLD, "old")
    mixed = msgspec.structs.replace(
        new,
        pages=(*new.pages, *old.pages),
        first_seen=OLD,
        did=(*new.did, *old.did),
        shopping=Shopping(
            (*new.shopping.items, *old.shopping.items),
            old.shopping.cart,
            old.shopping.order,
            (*new.shopping.errors, *old.shopping.errors),
        ),
    )
    customer_id = begin(mixed)
    retention.carry_out(RULE)
    shopping = Shopping(items=new.shopping.items, errors=new.shopping.errors)
    kept = msgspec.structs.replace(new, first_seen=OLD, shopping=shopping)
    assert known(customer_id) == kept


def test_the_period_is_that_of_activities_unless_it_is_said_otherwise() -> None:
    Retention.objects.create(kind="activities", days=4000)
    customer_id = begin(life(OLD, "old"))
    assert (retention.days_of(RULE), retention.carry_out(RULE)) == (4000, 0)
    Retention.objects.create(kind="contexts", days=30)
    assert retention.carry_out(RULE) == 1
    assert known(customer_id) == ContextData(consent="granted")


def test_what_a_merge_has_copied_goes_too_and_undoing_it_brings_nothing_back() -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    keep(one.customer_id, life(OLD, "one"))
    keep(other.customer_id, life(OLD, "other", last_seen=NEW))
    log = move_profiles([other.id], winner_id=one.customer_id, reason="1", actor="aoi")
    copies = str(MergeLog.objects.get().before)
    assert "shop.example/one" in copies
    assert "shop.example/other" in copies
    assert retention.due(RULE).count == 2
    assert retention.carry_out(RULE) == 2
    assert "shop.example" not in str(MergeLog.objects.get().before)
    assert "shop.example" not in str(Context.objects.get(customer_id=one.customer_id).data)
    undo_merge(log.id, actor="aoi")
    assert known(one.customer_id) == ContextData(consent="granted")
    assert known(other.customer_id).visits == 3


def test_what_a_merge_brings_is_looked_through_again() -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    retention.carry_out(RULE)
    keep(other.customer_id, life(OLD, "late"))
    move_profiles([other.id], winner_id=one.customer_id, reason="1", actor="aoi")
    retention.carry_out(RULE)
    assert known(one.customer_id) == ContextData(consent="granted")


def test_what_a_profile_has_told_of_its_device_goes_and_its_no_stays() -> None:
    profile = create_visitor_profile()
    say_of_consent(profile, "denied", CHROME)
    assert set(Profile.objects.get().facts) == {"device", "consent"}
    Profile.objects.update(facts_at=Now() - timedelta(days=500))
    Context.objects.update(kept_since=None, updated_at=Now() - timedelta(days=500))
    assert retention.carry_out(RULE) == 1
    assert Profile.objects.get().facts == {"consent": "denied"}
    assert known(profile.customer_id) == ContextData(consent="denied")


def test_many_are_looked_through_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch in which nobody loses anything is not the end."""
    monkeypatch.setattr(thinning, "MOST", 1)
    ids = [begin(life(at, "x")) for at in (NEW, OLD, NEW, NEW, OLD)]
    assert retention.carry_out(RULE) == 2
    assert [known(id).visits for id in ids] == [3, 0, 3, 3, 0]


def test_a_glance_reads_some_of_many_and_says_that_there_may_be_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for at in (OLD, OLD, NEW):
        begin(life(at, "x"))
    assert retention.glance(RULE) == (2, False)
    monkeypatch.setattr(thinning, "MOST_GLANCED_AT", 1)
    found, is_more = retention.glance(RULE)
    assert (1 <= found <= 2, is_more) == (True, True)
    assert retention.due(RULE).count == 2


def test_what_nobody_can_read_goes_when_all_of_it_is_old_and_stops_nobody_else() -> None:
    """It may be of a newer version that another process runs already."""
    fresh, stale, gone = (begin(life(at, "x")) for at in (NEW, OLD, OLD))
    bad: dict[str, Any] = {"pages": [{"url": 1}], "consent": "a newer word"}
    Context.objects.filter(customer_id__in=[fresh, stale]).update(data=bad)
    Context.objects.filter(customer_id=stale).update(updated_at=OLD)
    assert retention.carry_out(RULE) == 2
    assert Context.objects.get(customer_id=fresh).data == bad
    assert Context.objects.get(customer_id=stale).data == {"consent": "a newer word"}
    assert known(gone) == ContextData(consent="granted")


@pytest.mark.django_db(transaction=True)
def test_a_merge_that_is_being_undone_is_not_waited_for() -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    move_profiles([other.id], winner_id=one.customer_id, reason="1", actor="aoi")
    Context.objects.update(kept_since=NOW)
    asked: list[Looked] = []

    def look() -> None:
        with transaction.atomic():
            asked.append(thinning.forget(OLD))

    ask = Thread(target=in_its_own_connection, args=[look])
    with transaction.atomic():
        MergeLog.objects.select_for_update().get()
        ask.start()
        ask.join()
    look()
    assert asked == [Looked(0, 0), Looked(1, 0)]


def test_a_new_context_is_not_looked_at_before_anything_in_it_can_be_too_old() -> None:
    create_visitor_profile()
    assert thinning.forget(NOW - 32 * DAY) == Looked(0, 0)
    assert thinning.forget(NOW) == Looked(1, 0)


def done(kind: str, at: datetime) -> dict[str, Any]:
    return {"id": str(uuid7()), "kind": kind, "at": at.isoformat(), "props": {"id": "T-1"}}


def tell(profile: Profile, *batch: dict[str, Any]) -> None:
    """Tell what was done as the company's own system does."""
    record(profile.id, batch, client=ClientFacts(), is_present=False)


def test_what_is_older_than_the_context_was_looked_through_for_is_looked_for_anew() -> None:
    """With a short period a server may tell of what its month has taken away already."""
    profile, moment = create_visitor_profile(), NOW - 20 * DAY
    assert [thinning.forget(moment).at for _ in range(2)] == [1, 0]
    wish = done("wish", NOW)
    for batch in ([done("order", NOW - 25 * DAY), wish], [wish, done("order", NOW - 24 * DAY)]):
        tell(profile, *batch)
        assert known(profile.customer_id).shopping.order is not None
        assert thinning.forget(moment) == Looked(1, 1)
        assert known(profile.customer_id).shopping.order is None
    tell(profile, done("order", NOW))
    assert thinning.forget(moment) == Looked(0, 0)


def test_what_a_merge_brought_is_not_taken_for_looked_through_by_what_is_told() -> None:
    profile = create_visitor_profile()
    keep(profile.customer_id, life(OLD, "old"))
    tell(profile, done("order", NOW - 2 * DAY))
    assert Context.objects.get().kept_since is None


def test_one_of_which_nobody_can_be_told_keeps_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinning, "MOST", 2)
    ids = [begin(life(OLD, "x")) for _ in range(5)]
    unlucky, told = {*ids[:3]}, list[UUID]()

    def hear(customer_id: UUID, **_: Any) -> None:
        told.append(customer_id)
        if customer_id in unlucky:
            raise OSError("no way to its consoles")

    context_changed.connect(hear)
    try:
        assert retention.carry_out(RULE) == 2
        assert [known(id).visits for id in ids] == [3, 3, 3, 0, 0]
        assert len(told) <= 8, "each is tried again once, and then with the next run"
        unlucky.clear()
        assert retention.carry_out(RULE) == 3
    finally:
        context_changed.disconnect(hear)
    assert [known(id).visits for id in ids] == [0] * 5


def test_killed_midway_the_next_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinning, "MOST", 2)
    ids = [begin(life(OLD, "x")) for _ in range(5)]
    thin, calls = thinning._thin, iter([False, False, True])

    def dying(*asked: Any) -> bool:
        if next(calls):
            raise KeyboardInterrupt
        return thin(*asked)

    monkeypatch.setattr(thinning, "_thin", dying)
    with pytest.raises(KeyboardInterrupt):
        retention.carry_out(RULE)
    monkeypatch.setattr(thinning, "_thin", thin)
    assert retention.due(RULE).count == 3  # one batch is done, the half-done one is as it was
    assert retention.carry_out(RULE) == 3
    assert [known(id).visits for id in ids] == [0] * 5
