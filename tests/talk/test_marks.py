"""What operators keep about a customer: labels and notes that outlive merges and obey the mask."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from django.db.models.functions import Now

from customers.actions import erase
from customers.actions.merges import move_profiles, undo_merge
from customers.models import AuditEntry, MergeLog, Retention
from customers.retention import RULES, carry_out, due
from talk import queries
from talk.actions import customers, marks, messages
from talk.errors import BodyChanged, Conflict, Erased, Forbidden, Invalid, NotFound, Refused
from talk.exporting import Format
from talk.masking import Visibility
from talk.models import ClassAccess, CustomerNote, Event, FieldRule, Label, ProfileLabel
from talk.policy import actor_of_operator
from talk.queries.marks import marks_row
from talk.rows import MarksRow
from talk.veils import NOTES
from tests.cast import Cast, Guest, actor
from tests.clients import browser, program

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest(cast: Cast) -> Guest:
    return talked(cast)


def talked(cast: Cast) -> Guest:
    guest = cast.guest()
    messages.receive(guest.visitor, client_id=uuid4(), body="一")
    return guest


def keep(cast: Cast, guest: Guest, body: str, **more: Any) -> MarksRow:
    given = {"client_id": uuid4(), "customer_id": guest.visitor.customer_id, **more}
    return marks.add_note(actor(cast.oto), body=body, **given)


def put(cast: Cast, guest: Guest, *labels: Label) -> MarksRow:
    customer_id = guest.visitor.customer_id
    version = marks_row(actor(cast.oto), customer_id).version
    ids = [label.id for label in labels]
    return marks.set_labels(
        actor(cast.oto), customer_id=customer_id, version=version, label_ids=ids
    )


def bodies(cast: Cast, customer_id: UUID) -> list[str]:
    return [note.body for note in marks_row(actor(cast.oto), customer_id).notes]


def test_notes_say_who_wrote_what_when_the_newest_first(cast: Cast, guest: Guest) -> None:
    keep(cast, guest, "電話は午後に\n")
    row = keep(cast, guest, "領収書は宛名なし")
    assert [(note.body, note.author_name, note.version) for note in row.notes] == [
        ("領収書は宛名なし", "oto", 1),
        ("電話は午後に", "oto", 1),
    ]
    assert all(note.created_at == note.changed_at for note in row.notes)
    assert row.version == 2
    thread = queries.thread(
        actor(cast.aoi), queries.conversation_rows(actor(cast.aoi)).results[0].id
    )
    assert thread.marks == row


def test_the_same_client_id_adds_one_note_and_no_other_text(cast: Cast, guest: Guest) -> None:
    client_id = uuid4()
    first = keep(cast, guest, "一度だけ", client_id=client_id)
    assert keep(cast, guest, "一度だけ", client_id=client_id) == first
    with pytest.raises(BodyChanged):
        keep(cast, guest, "別の文", client_id=client_id)


def test_a_note_has_a_text_of_at_most_two_thousand_characters_and_there_are_fifty(
    cast: Cast, guest: Guest
) -> None:
    for bad in ("", " \n", "x" * 2_001, "a\x00b"):
        with pytest.raises(Invalid):
            keep(cast, guest, bad)
    for nth in range(marks.MOST_NOTES):
        keep(cast, guest, str(nth))
    with pytest.raises(Refused):
        keep(cast, guest, "一つ多い")


def test_its_author_and_who_supervises_change_and_delete_a_note(cast: Cast, guest: Guest) -> None:
    colleague = cast._operator("nao", "operator", cast.shop)
    [note] = keep(cast, guest, "一").notes
    changes: list[Callable[[Any], MarksRow]] = [
        lambda who: marks.change_note(who, note_id=note.id, version=1, body="二"),
        lambda who: marks.delete_note(who, note_id=note.id, version=1),
    ]
    for act in changes:
        with pytest.raises(Forbidden):
            act(actor(colleague))
        with pytest.raises(NotFound):
            act(actor(cast.ren))
    [changed] = changes[0](actor(cast.oto)).notes
    assert (changed.body, changed.version, changed.author_name) == ("二", 2, "oto")
    assert changed.changed_at >= changed.created_at
    with pytest.raises(Conflict) as late:
        changes[1](actor(cast.sumire))
    assert late.value.extra["marks"].notes == [changed]
    gone = marks.delete_note(actor(cast.sumire), note_id=note.id, version=2)
    assert gone.notes == []
    audited = AuditEntry.objects.filter(action__startswith="customer_note").order_by("id")
    assert [(one.action, one.actor_name, one.what) for one in audited] == [
        ("customer_note.changed", "oto", {"note": str(note.id)}),
        ("customer_note.deleted", "sumire", {"note": str(note.id)}),
    ]


def test_by_rest_a_stale_version_gets_409_with_what_is_there(cast: Cast, guest: Guest) -> None:
    client, here = browser(cast.oto), f"/api/v1/customers/{guest.visitor.customer_id}"
    new = {"client_id": str(uuid4()), "body": "https://example.com を参照"}
    made = client.post(f"{here}/notes", new, "application/json")
    [note] = made.json()["notes"]
    assert (made.status_code, note["body"]) == (201, new["body"])
    path = f"/api/v1/customer-notes/{note['id']}"
    stale = client.patch(path, {"version": 9, "body": "x"}, "application/json")
    assert (stale.status_code, stale.json()["marks"]["notes"]) == (409, [note])
    assert client.delete(f"{path}?version=9").status_code == 409
    assert client.delete(path).status_code == 400
    assert client.delete(f"{path}?version=1").json()["notes"] == []
    label = Label.objects.create(name="常連")
    change = {"version": 0, "label_ids": [str(label.id)]}
    late = client.patch(f"{here}/labels", change, "application/json")
    assert (late.status_code, late.json()["marks"]["label_ids"]) == (409, [])
    change["version"] = late.json()["marks"]["version"]
    labelled = client.patch(f"{here}/labels", change, "application/json").json()
    assert labelled["label_ids"] == [str(label.id)]
    assert client.get(here).json()["marks"] == labelled


def test_a_token_needs_the_scope_and_the_customer_must_be_seen(cast: Cast, guest: Guest) -> None:
    given = {"customer_id": guest.visitor.customer_id, "client_id": uuid4(), "body": "x"}
    with pytest.raises(NotFound):
        marks.add_note(actor(cast.ren), **given)
    reader = actor_of_operator(cast.oto, scopes=frozenset({"customer.read"}))
    with pytest.raises(Forbidden):
        marks.add_note(reader, **given)
    with pytest.raises(NotFound):
        marks.add_note(actor(cast.aoi), **{**given, "customer_id": uuid4()})
    narrow = program(cast.oto, "conversation.read", "event.read")
    keep(cast, guest, "秘密のメモ")
    wide = program(cast.oto, "conversation.read", "event.read", "customer.read")
    [row] = queries.conversation_rows(actor(cast.oto)).results
    thread = f"/api/v1/conversations/{row.id}/thread"
    assert narrow.get(thread).json()["marks"] is None
    assert wide.get(thread).json()["marks"]["notes"][0]["body"] == "秘密のメモ"


def test_a_merge_takes_both_along_and_its_undoing_gives_each_their_own(cast: Cast) -> None:
    one, two = talked(cast), talked(cast)
    vip, late = Label.objects.create(name="VIP"), Label.objects.create(name="遅延")
    keep(cast, one, "一のメモ")
    keep(cast, two, "二のメモ")
    put(cast, one, vip)
    winner, loser = one.visitor.customer_id, two.visitor.customer_id
    move_profiles([two.visitor.profile_id], winner_id=winner, reason="x", actor="aoi")
    assert bodies(cast, winner) == ["二のメモ", "一のメモ"]
    assert bodies(cast, loser) == []
    beside = queries.conversation_rows(actor(cast.oto)).results
    of_two = next(row.id for row in beside if row.profile_id == two.visitor.profile_id)
    keep(cast, one, "統合中に二の会話で", conversation_id=of_two)
    put(cast, one, vip, late)
    undo_merge(MergeLog.objects.get().id, actor="aoi")
    assert bodies(cast, winner) == ["一のメモ"]
    assert bodies(cast, loser) == ["統合中に二の会話で", "二のメモ"]
    kept = {id: marks_row(actor(cast.oto), id).label_ids for id in (winner, loser)}
    assert kept == {winner: [vip.id, late.id], loser: [late.id]}


def test_a_label_is_taken_from_all_that_were_joined(cast: Cast) -> None:
    one, two = talked(cast), talked(cast)
    vip = Label.objects.create(name="VIP")
    put(cast, two, vip)
    winner = one.visitor.customer_id
    move_profiles([two.visitor.profile_id], winner_id=winner, reason="x", actor="aoi")
    assert marks_row(actor(cast.oto), winner).label_ids == [vip.id]
    assert put(cast, one).label_ids == []
    assert not ProfileLabel.objects.exists()


def test_who_may_not_see_notes_gets_none_and_writes_none(cast: Cast, guest: Guest) -> None:
    [note] = keep(cast, guest, "住所は変わった").notes
    vip = Label.objects.create(name="VIP")
    put(cast, guest, vip)
    # Personal by default: who sees that class may be narrowed.
    ClassAccess.objects.create(visibility=Visibility.PERSONAL, seen_by_roles=["supervisor"])
    oto, customer_id = actor(cast.oto), guest.visitor.customer_id
    seen = marks_row(oto, customer_id)
    assert (seen.notes, seen.label_ids) == ([], [vip.id])
    for act in (
        lambda: keep(cast, guest, "x"),
        lambda: marks.change_note(oto, note_id=note.id, version=1, body="x"),
        lambda: marks.delete_note(oto, note_id=note.id, version=1),
    ):
        with pytest.raises(Forbidden):
            act()
    assert [one.id for one in marks_row(actor(cast.sumire), customer_id).notes] == [note.id]
    FieldRule.objects.create(key="customer.labels", visibility=Visibility.SECRET)
    assert marks_row(actor(cast.sumire), customer_id).label_ids == []
    with pytest.raises(Forbidden):
        put(cast, guest)
    FieldRule.objects.create(key=NOTES, visibility=Visibility.PUBLIC)
    assert marks_row(actor(cast.oto), customer_id).notes == [note]


def test_a_visitor_is_told_nothing_of_what_is_kept_about_them(cast: Cast, guest: Guest) -> None:
    before = queries.visitor_history(guest.visitor)
    keep(cast, guest, "要注意")
    put(cast, guest, Label.objects.create(name="要注意"))
    told = Event.objects.filter(kind="marks.changed")
    assert told.count() == 2
    assert not told.filter(profile_id__isnull=False).exists()
    after = queries.visitor_history(guest.visitor)
    assert after == before
    assert "要注意" not in msgspec.json.encode(after).decode()


def test_an_export_contains_them_as_the_mask_allows(cast: Cast, guest: Guest) -> None:
    keep(cast, guest, "電話は午後に")
    put(cast, guest, Label.objects.create(name="VIP"))
    for form in ("json", "csv"):
        held = exported(cast, guest, form)
        assert "電話は午後に" in held
        assert "VIP" in held
    FieldRule.objects.create(key=NOTES, visibility=Visibility.SECRET)
    held = exported(cast, guest, "json")
    assert "電話は午後に" not in held
    assert "VIP" in held


def exported(cast: Cast, guest: Guest, form: Format) -> str:
    id = guest.visitor.customer_id
    with customers.export(actor(cast.sumire), id, form=form, reason="請求").content as file:
        return file.read().decode()


def test_erasing_takes_them_away_with_the_logs_copies_and_tells_consoles(
    cast: Cast, guest: Guest
) -> None:
    keep(cast, guest, "電話は午後に")
    put(cast, guest, Label.objects.create(name="VIP"))
    who, customer_id = actor(cast.aoi).who, guest.visitor.customer_id
    begun = erase.erase_customer(who, customer_id, reason="請求")
    erase.carry_on(begun.id)
    begun.refresh_from_db()
    assert (begun.counts["customer_notes"], begun.counts["customer_labels"]) == (1, 1)
    assert not CustomerNote.objects.exists()
    assert not ProfileLabel.objects.exists()
    logged = [str(event.rows) for event in Event.objects.all()]
    assert not [rows for rows in logged if "電話は午後に" in rows]
    [left] = Event.objects.filter(kind="marks.changed")
    assert (left.rows["marks"]["notes"], left.rows["marks"]["label_ids"]) == ([], [])
    for act in (lambda: keep(cast, guest, "あとから"), lambda: put(cast, guest)):
        with pytest.raises(Erased):
            act()


def test_notes_go_by_their_own_period_from_their_last_change_on(cast: Cast, guest: Guest) -> None:
    keep(cast, guest, "古い")
    [edited, _] = keep(cast, guest, "古いが直した").notes
    CustomerNote.objects.update(changed_at=Now() - timedelta(days=40))
    marks.change_note(actor(cast.oto), note_id=edited.id, version=1, body="直した")
    rule = RULES["customer_notes"]
    assert (due(rule).days, due(rule).count) == (None, 0)
    Retention.objects.create(kind="customer_notes", days=30)
    assert (due(rule).count, carry_out(rule)) == (1, 1)
    assert bodies(cast, guest.visitor.customer_id) == ["直した"]
    newest = Event.objects.filter(kind="marks.changed").order_by("-id")[0]
    assert [note["body"] for note in newest.rows["marks"]["notes"]] == ["直した"]
