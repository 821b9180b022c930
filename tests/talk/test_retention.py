"""S-63: what has been kept long enough goes, counted first, and never what is still open."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.urls import reverse

from customers import audit, retention, thinning
from customers.actions.claims import claim
from customers.audit import Act
from customers.identifiers import Kind
from customers.models import Activity, AuditEntry, Claim, Context, Retention
from customers.tasks import forget_old_activities
from talk.actions import expiring, messages, notes
from talk.actions.attachments import store_upload
from talk.actions.files import delete_files
from talk.models import Attachment, Conversation
from tests.cast import Cast, Guest, actor
from tests.clients import browser
from tests.security.files import PDF
from tests.talk import law

pytestmark = pytest.mark.django_db
OLD = timedelta(days=40)


@pytest.fixture(autouse=True)
def own_files(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)  # type: ignore[attr-defined]


def talk(guest: Guest, cast: Cast, *, age: timedelta, status: str = "resolved") -> UUID:
    """Return a conversation of so long ago, with words of both, a note and a file."""
    sent = store_upload(guest.visitor, guest.inbox, SimpleUploadedFile("x.pdf", PDF))
    said = messages.receive(
        guest.visitor, client_id=uuid4(), body="質問", attachment_ids=(sent.id,)
    )
    id = said.conversation.id
    messages.send(actor(cast.oto), conversation_id=id, client_id=uuid4(), body="回答")
    notes.add(actor(cast.oto), conversation_id=id, client_id=uuid4(), body="メモ")
    end = Now() - age if status == "resolved" else None
    Conversation.objects.filter(id=id).update(
        status=status, resolved_at=end, last_at=Now() - age - timedelta(hours=1)
    )
    Attachment.objects.filter(id=sent.id).update(created_at=Now() - age)
    return id


def keep(kind: str, days: int) -> retention.Rule:
    Retention.objects.update_or_create(kind=kind, defaults={"days": days})
    return retention.RULES[kind]


def words(id: UUID) -> list[str]:
    conversation = Conversation.objects.get(id=id)
    said = conversation.messages.order_by("seq").values_list("body", flat=True)
    noted = conversation.notes.filter(kind="note").values_list("body", flat=True)
    return [*said, *noted]


def test_without_a_period_everything_stays(cast: Cast) -> None:
    id = talk(cast.guest(), cast, age=timedelta(days=4000))
    for kind in ("conversations", "attachments", "claims", "audit"):
        assert retention.carry_out(retention.RULES[kind]) == 0
    assert words(id) == ["質問", "回答", "メモ"]


def test_old_resolved_conversations_lose_their_words_and_open_or_newer_ones_do_not(
    cast: Cast,
) -> None:
    old = talk(cast.guest(), cast, age=OLD)
    newer = talk(cast.guest(), cast, age=timedelta(days=20))
    open_ones = [talk(cast.guest(), cast, age=OLD, status=status) for status in ("open", "pending")]
    rule = keep("conversations", 30)
    assert retention.due(rule) == retention.Due(rule, 30, 1)
    assert words(old) == ["質問", "回答", "メモ"]  # counting changes nothing
    assert retention.carry_out(rule) == 1
    assert words(old) == ["", ""]
    assert not Attachment.objects.filter(message__conversation_id=old).exists()
    for id in (newer, *open_ones):
        assert words(id) == ["質問", "回答", "メモ"]
    assert retention.due(rule).count == 0
    conversation = Conversation.objects.get(id=old)
    assert (conversation.last_seq, conversation.preview) == (2, "")
    assert [note.data for note in conversation.notes.all()] == [{"code": "expired"}]
    entry = AuditEntry.objects.get(action="retention.run")
    assert (entry.what["kind"], entry.what["count"], entry.actor_kind) == (
        "conversations",
        1,
        "system",
    )


def test_a_conversation_that_is_reopened_in_the_meantime_stays(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = talk(cast.guest(), cast, age=OLD)
    rule = keep("conversations", 30)
    found = expiring._ids

    def reopened(*asked: object) -> list[UUID]:
        ids = found(*asked)  # type: ignore[arg-type]  # handed through
        Conversation.objects.filter(id__in=ids).update(status="open", resolved_at=None)
        return ids

    monkeypatch.setattr(expiring, "_ids", reopened)
    assert retention.due(rule).count == 1
    assert retention.carry_out(rule) == 0
    assert words(id) == ["質問", "回答", "メモ"]


def test_a_console_that_has_the_conversation_open_ends_with_what_is_left(cast: Cast) -> None:
    scene = law.begin(cast)
    notes.add(scene.oto, conversation_id=scene.conversation_id, client_id=uuid4(), body="メモ")
    Conversation.objects.update(
        status="resolved", resolved_at=Now() - OLD, last_at=Now() - OLD - timedelta(hours=1)
    )
    before = scene.fetch_console(opened=True)
    rule = keep("conversations", 30)
    told = scene.record(lambda: retention.carry_out(rule))
    picture = law.console_picture(before + told.near)
    assert picture == law.console_picture(scene.fetch_console(opened=True))
    assert "はじめまして" not in picture
    assert law.replay("console", [before + told.near]) == [picture]


def test_files_go_alone_and_their_messages_say_so(cast: Cast) -> None:
    old = talk(cast.guest(), cast, age=OLD)
    still_open = talk(cast.guest(), cast, age=OLD, status="open")
    rule = keep("attachments", 30)
    assert retention.due(rule).count == 1
    assert retention.carry_out(rule) == 1
    assert words(old) == ["質問", "回答", "メモ"]
    first = Conversation.objects.get(id=old).messages.get(seq=1)
    assert first.data == {"expired_files": 1}
    [left] = Attachment.objects.all()
    assert left.message is not None
    assert left.message.conversation_id == still_open
    assert delete_files() == 1


def test_killed_midway_it_goes_on_where_it_stood(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [talk(cast.guest(), cast, age=OLD) for _ in range(3)]
    rule = keep("conversations", 30)
    monkeypatch.setattr(expiring, "MOST_CONVERSATIONS", 1)
    blank, calls = expiring.blank, iter([False, True, False, False])

    def dying(*asked: object) -> object:
        result = blank(*asked)  # type: ignore[arg-type]  # handed through
        if next(calls):
            raise KeyboardInterrupt
        return result

    monkeypatch.setattr(expiring, "blank", dying)
    with pytest.raises(KeyboardInterrupt):
        retention.carry_out(rule)
    assert retention.due(rule).count == 2  # one is done, the half-done one is as it was
    monkeypatch.setattr(expiring, "blank", blank)
    retention.carry_out(rule)
    assert [words(id) for id in ids] == [["", ""]] * 3


def test_claims_activities_and_the_audit_go_by_their_own_periods(cast: Cast) -> None:
    guest = cast.guest()
    claim(guest.visitor.profile_id, Kind.EMAIL, "old@shop.example")
    Claim.objects.update(claimed_at=Now() - OLD)
    claim(guest.visitor.profile_id, Kind.PHONE, "090-1234-5678")
    for moment in (datetime.now(UTC) - timedelta(days=80), datetime.now(UTC)):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO customers_activity (id, profile_id, kind, at)"
                " VALUES (%s, %s, 'page', %s)",
                [uuid4(), guest.visitor.profile_id, moment],
            )
    AuditEntry.objects.create(action="x", actor_name="x", at=Now() - OLD)
    audit.record(actor(cast.aoi).who, Act.CUSTOMER_SEEN)
    for kind in ("claims", "activities", "audit"):
        keep(kind, 30)
    table = StringIO()
    call_command("retention", "--dry-run", stdout=table)
    counted = {line.split()[0]: line.split()[-1] for line in table.getvalue().splitlines()[1:]}
    assert counted == {
        "activities": "1",
        "contexts": "0",
        "claims": "1",
        "audit": "1",
        "conversations": "0",
        "attachments": "0",
        "customer_notes": "0",
        "line_events": "0",
    }
    assert Claim.objects.count() == 2
    forget_old_activities()
    assert [one.kind for one in Claim.objects.all()] == ["phone"]
    assert Activity.objects.count() == 1
    assert not AuditEntry.objects.filter(action="x").exists()
    assert AuditEntry.objects.filter(action="customer.seen").exists()


def test_the_administration_reads_some_contexts_and_says_at_least(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.guest()
    Context.objects.update(kept_since=None)
    monkeypatch.setattr(thinning, "MOST_GLANCED_AT", 0)
    listed = browser(cast.aoi).get(reverse("admin:customers_retention_changelist"))
    assert '<td class="field-too_old">0+</td>' in listed.content.decode()


def test_the_administration_shows_what_would_go_and_says_who_changed_a_period(cast: Cast) -> None:
    talk(cast.guest(), cast, age=OLD)
    client = browser(cast.aoi)
    listed = client.get(reverse("admin:customers_retention_changelist")).content.decode()
    assert listed.count("無期限") == 5
    client.post(reverse("admin:customers_retention_change", args=["conversations"]), {"days": 30})
    listed = client.get(reverse("admin:customers_retention_changelist")).content.decode()
    assert '<td class="field-too_old">1</td>' in listed
    assert words(Conversation.objects.get().id) == ["質問", "回答", "メモ"]
    entry = AuditEntry.objects.get(action="retention.changed")
    assert (entry.actor_name, entry.what["kind"], entry.what["days"]) == (
        "aoi",
        "conversations",
        30,
    )
    page = reverse("admin:customers_retention_change", args=["audit"])
    assert client.post(page, {"days": 1}).status_code == 200  # refused: fewer than a week
    assert [row.kind for row in Retention.objects.all()] == ["conversations"], "no look stores one"
    nowhere = reverse("admin:customers_retention_change", args=["nothing"])
    assert client.get(nowhere).status_code == 302  # the admin's own answer for what is not there
