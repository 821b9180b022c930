"""The demonstration: as much as was asked, as believable, and as the live store would have it."""

import json
import random
import re
import stat
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Max, Min
from msgspec import to_builtins
from PIL import Image

from config.demo.data.blanks import fill, make_blanks
from config.demo.data.blocks import blocks
from config.demo.data.people import make_person
from config.demo.data.receipt import write_receipt
from config.demo.data.words import Language
from customers.actions.resolving import resolve_traits
from customers.candidates import candidates
from customers.context import decode, encode
from customers.models import Context, Customer, Profile, Trait
from talk.actions.messages import attachment_row
from talk.models import Attachment, Conversation, Delivery, Inbox, Message, Note, Operator, Team
from talk.uploads import examine_upload

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def state(settings: Any, tmp_path: Path) -> Path:
    settings.STATE_DIR = tmp_path
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path


def make(**options: Any) -> str:
    said = StringIO()
    call_command("demo", stdout=said, **options)
    return said.getvalue()


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def test_three_hundred_conversations_of_every_kind_in_both_languages() -> None:
    make()
    assert Conversation.objects.count() == 300
    assert Message.objects.count() == 2400
    statuses = Counter(Conversation.objects.values_list("status", flat=True))
    assert min(statuses[status] for status in ("open", "pending", "snoozed", "resolved")) >= 5
    inboxes = Counter(Conversation.objects.values_list("inbox__name", flat=True))
    assert len(inboxes) == 3
    assert min(inboxes.values()) >= 30
    languages = Counter(Customer.objects.values_list("locale", flat=True))
    assert min(languages["ja"], languages["en"]) >= 30
    unassigned = Conversation.objects.filter(status="open", assignee=None)
    waiting = Conversation.objects.filter(waiting_since__isnull=False)
    assert unassigned.count() >= 3
    assert waiting.count() >= 10
    assert Note.objects.filter(kind="note").count() >= 30
    assert 50 <= Customer.objects.filter(name="").count() <= 200
    assert Conversation.objects.values("customer").distinct().count() < 300


def test_no_two_threads_read_the_same() -> None:
    make()
    firsts = list(Message.objects.filter(seq=1).values_list("body", flat=True))
    assert len(set(firsts)) >= 290
    threads = rows(
        "SELECT string_agg(body, '|' ORDER BY seq) FROM talk_message GROUP BY conversation_id"
    )
    assert len(set(threads)) == 300
    bodies = Counter(Message.objects.values_list("body", flat=True))
    assert bodies.most_common(1)[0][1] <= 60
    assert not Message.objects.filter(body__regex=r"[{}]").exists()
    assert not Note.objects.filter(body__regex=r"[{}]").exists()


def test_some_words_come_with_pictures_or_a_receipt() -> None:
    make()
    found = list(Attachment.objects.select_related("message"))
    kinds = Counter(each.media_type for each in found)
    assert min(kinds["image/jpeg"], kinds["application/pdf"]) >= 3
    for each in found:
        assert each.message is not None
        told = to_builtins(attachment_row(each))
        assert each.message.data == {"attachments": [told]}, "what clients are shown"
        assert each.created_at == each.message.created_at
        assert (each.profile_id is None) == (each.message.sender == "operator")
        assert (each.operator_id is None) == (each.message.sender == "customer")
        with each.file.open() as file:
            kept = examine_upload(file, name=each.name, size=each.size, largest_bytes=10**7)
        assert (kept.name, kept.media_type) == (each.name, each.media_type)
        assert (kept.width, kept.height) == (each.width, each.height)
    assert not Message.objects.filter(body__regex=r"[\[\]]").exists()


def test_a_receipts_table_says_where_each_part_begins() -> None:
    file = write_receipt("SB-123456", "4,980", "ja")
    table = int(file.rsplit(b"startxref\n", 1)[1].split()[0])
    assert file[table:].startswith(b"xref\n0 6\n")
    places = [int(line[:10]) for line in file[table:].split(b"\n")[3:8]]
    for number, place in enumerate(places, 1):
        assert file[place:].startswith(b"%d 0 obj" % number)
    assert "4,980 円".encode("utf-16-be").hex().encode() in file


def test_sequences_and_versions_are_dense() -> None:
    make(conversations=80, messages=900)
    for conversation in Conversation.objects.prefetch_related("messages", "notes"):
        messages = sorted(conversation.messages.all(), key=lambda one: one.seq)
        notes = list(conversation.notes.all())
        assert [one.seq for one in messages] == list(range(1, conversation.last_seq + 1))
        versions = [one.version for one in messages] + [one.version for one in notes]
        # The first version is the conversation's own; reading takes versions and leaves no row.
        assert len(set(versions)) == len(versions)
        assert min(versions) == 2
        assert max(versions) <= conversation.version
        assert [one.version for one in messages] == sorted(one.version for one in messages)
        for note in notes:
            before = [one.version for one in messages if one.seq <= note.after_seq]
            later = [one.version for one in messages if one.seq > note.after_seq]
            assert max(before) < note.version < min(later, default=note.version + 1)
    assert rows("SELECT count(*) FROM talk_conversation WHERE customer_seq > last_seq") == [(0,)]


def test_time_only_goes_forward_and_stays_within_thirty_days() -> None:
    before = datetime.now(UTC)
    make(conversations=80, messages=640)
    backwards = """
        SELECT count(*) FROM (
            SELECT created_at < lag(created_at) OVER (PARTITION BY conversation_id ORDER BY version)
            FROM (SELECT conversation_id, version, created_at FROM talk_message
                  UNION ALL SELECT conversation_id, version, created_at FROM talk_note) AS row
        ) AS step(is_back) WHERE is_back
    """
    assert rows(backwards) == [(0,)]
    ends = Message.objects.aggregate(first=Min("created_at"), last=Max("created_at"))
    assert ends["first"] > before - timedelta(days=31)
    assert ends["last"] < datetime.now(UTC)
    assert Note.objects.filter(created_at__gt=datetime.now(UTC)).count() == 0
    for conversation in Conversation.objects.filter(status="snoozed").exclude(snoozed_until=None):
        assert conversation.snoozed_until is not None
        assert conversation.snoozed_until > before


def test_the_row_of_a_conversation_says_what_its_thread_says() -> None:
    make(conversations=80, messages=640)
    for conversation in Conversation.objects.prefetch_related("messages"):
        messages = sorted(conversation.messages.all(), key=lambda one: one.seq)
        last = messages[-1]
        by_customer = [one for one in messages if one.sender == "customer"]
        by_operator = [one for one in messages if one.sender == "operator"]
        answered = by_operator[-1].seq if by_operator else 0
        open_words = [one for one in by_customer if one.seq > answered]
        is_waiting = bool(open_words) and conversation.status != "resolved"
        assert (conversation.preview, conversation.preview_sender, conversation.last_at) == (
            last.body[:160],
            last.sender,
            last.created_at,
        )
        assert conversation.waiting_since == (open_words[0].created_at if is_waiting else None)
        assert conversation.customer_seq == by_customer[-1].seq
        assert answered <= conversation.operator_read_seq <= conversation.last_seq
        assert conversation.customer_seq <= conversation.customer_read_seq <= conversation.last_seq
    deliveries = Counter(Delivery.objects.values_list("state", flat=True))
    assert deliveries == {"accepted": Message.objects.filter(sender="operator").count()}


def test_a_second_word_within_the_window_reopens_and_later_begins_anew() -> None:
    make(conversations=300, messages=2700)
    overlapping = """
        SELECT count(*) FROM talk_conversation a JOIN talk_conversation b
            ON a.profile_id = b.profile_id AND a.inbox_id = b.inbox_id
            AND a.created_at < b.created_at
        JOIN talk_inbox i ON i.id = a.inbox_id
        WHERE a.resolved_at IS NULL
            OR b.created_at < a.resolved_at + make_interval(days => i.reopen_days)
    """
    assert rows(overlapping) == [(0,)]
    shared = "SELECT count(*) - count(DISTINCT profile_id) FROM talk_conversation"
    assert rows(shared)[0][0] >= 5
    reopened = Note.objects.filter(data__to="resolved").exclude(
        conversation__resolved_at__isnull=True
    )
    per_conversation = Counter(reopened.values_list("conversation_id", flat=True))
    assert max(per_conversation.values()) == 2


def test_the_context_follows_from_the_activities() -> None:
    make(conversations=80, messages=640)
    kinds = dict(rows("SELECT kind, count(*) FROM customers_activity GROUP BY kind"))
    assert kinds["page"] > 250
    assert kinds["cart"] > 5
    assert kinds["item_view"] > kinds["cart"]
    counts = dict(
        rows(
            "SELECT customer_id, count(*) FROM customers_activity AS activity"
            " JOIN customers_profile AS profile ON profile.id = profile_id GROUP BY customer_id"
        )
    )
    asked = dict(rows("SELECT customer_id, count(*) FROM talk_conversation GROUP BY customer_id"))
    devices: set[str] = set()
    for context in Context.objects.all():
        data = decode(json.dumps(context.data))
        told = counts[context.customer_id] + asked[context.customer_id] + context.member_version
        assert context.version == told
        assert data.inquiries.count == asked[context.customer_id]
        assert json.loads(encode(data)) == context.data
        assert 1 <= len(data.pages) <= 20
        assert data.visits >= 1
        assert data.first_seen is not None
        assert data.last_seen is not None
        assert data.first_seen <= data.last_seen
        devices.add(data.device.kind)
    assert devices == {"mobile", "desktop", "tablet"}
    assert rows("SELECT count(*) FROM customers_activity_default") == [(0,)]


def test_it_is_made_once_and_force_adds_other_words() -> None:
    make(conversations=30, messages=200)
    assert "nothing was made" in make(conversations=30, messages=200)
    assert Conversation.objects.count() == 30
    make(conversations=30, messages=200, force=True)
    assert Conversation.objects.count() == 60
    assert (Inbox.objects.count(), Team.objects.count()) == (3, 3)
    firsts = Message.objects.filter(seq=1).values_list("body", flat=True)
    assert len(set(firsts)) >= 58


def test_too_few_messages_are_refused_and_leave_nothing() -> None:
    with pytest.raises(CommandError, match="30 conversations need"):
        make(conversations=30, messages=20)
    assert not Inbox.objects.exists()
    assert not Operator.objects.exists()


def test_each_role_can_log_in_and_everybody_has_a_picture(state: Path, client: Any) -> None:
    make(conversations=5, messages=20)
    file = state / "demo-logins.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    logins = json.loads(file.read_text())
    assert [login["role"] for login in logins] == ["administrator", "supervisor", "operator"]
    for login in logins:
        operator = Operator.objects.get(email=login["email"])
        assert operator.role == login["role"]
        assert operator.check_password(login["password"])
    usable = [one.email for one in Operator.objects.all() if one.has_usable_password()]
    assert sorted(usable) == sorted(login["email"] for login in logins)
    for operator in Operator.objects.all():
        with Image.open(operator.avatar.path) as picture:
            assert (picture.format, picture.size) == ("PNG", (256, 256))


def test_passwords_in_production_are_of_this_deployment_only(settings: Any, state: Path) -> None:
    settings.PRODUCTION = True
    make(conversations=5, messages=20)
    passwords = {
        login["password"] for login in json.loads((state / "demo-logins.json").read_text())
    }
    assert len(passwords) == 3
    assert min(map(len, passwords)) >= 20
    assert "sobani-demo" not in passwords


def test_the_inboxes_accept_the_shop_and_operators_see_what_they_have(settings: Any) -> None:
    settings.PUBLIC_URL = "https://desk.example:8443"
    make(conversations=60, messages=400)
    assert {tuple(inbox.allowed_origins) for inbox in Inbox.objects.all()} == {
        ("https://desk.example:8443",)
    }
    foreign = Conversation.objects.exclude(assignee=None).exclude(assignee__role="operator")
    assert foreign.exists()
    for conversation in Conversation.objects.filter(assignee__role="operator"):
        assert conversation.inbox in Inbox.objects.filter(teams__operators=conversation.assignee)
        assert conversation.team in conversation.inbox.teams.all()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_block_can_be_filled(language: Language) -> None:
    rng = random.Random(1)
    known = blocks(language)
    blanks = {
        **make_blanks(rng, make_person(rng, language, NOW), NOW, "food"),
        "me": "-",
        "to": "-",
    }
    general = (*known.greet, *known.thanks, *known.closing, *known.wait, *known.note)
    texts = [*general, *known.handover, *known.afterthought, *known.patience, *known.second]
    for topic in known.topic:
        texts += [*topic.note, *(text for pair in (*topic.more, *topic.pages) for text in pair)]
        for case in topic.case:
            assert case.answer
            assert len(case.ask) != 1
            texts += [*case.say, *case.ask, *case.answer]
    assert all(fill(text, blanks, language) for text in texts)
    assert len(known.topic) >= 14


def test_who_has_a_name_is_a_member_and_some_have_contracts(db: None) -> None:
    call_command("demo", conversations=40, stdout=StringIO())
    of_crm = Trait.objects.filter(source="crm:shop").values_list("profile__customer", "key")
    known: dict[Any, set[str]] = {}
    for customer_id, key in of_crm:
        known.setdefault(customer_id, set()).add(key)
    assert all({"rank", "points", "since"} <= keys for keys in known.values())
    contracts = [keys for keys in known.values() if "subscriptions" in keys]
    assert 0 < len(contracts) < len(known)
    assert all("contract_end" in keys for keys in contracts)
    guests = Customer.objects.filter(name="")
    assert guests.exists()
    assert not guests.filter(id__in=known).exists()


def test_japanese_names_have_readings_and_two_customers_may_be_one(db: None) -> None:
    call_command("demo", conversations=40, stdout=StringIO())
    named = Customer.objects.exclude(name="").filter(locale="ja")
    assert named.count() > 10
    kana = re.compile(r"[ぁ-ん]+ [ぁ-ん]+")
    assert all(kana.fullmatch(one.traits["kana"]["value"]) for one in named)
    readings = Trait.objects.filter(key="kana", source="crm:shop")
    assert readings.count() >= named.count()
    before = {one.id: one.traits for one in named}
    for one in named:
        resolve_traits(one.id)
    assert before == {one.id: one.traits for one in named.all()}
    [member] = Profile.objects.filter(member__isnull=False)
    [guest] = candidates(member.customer_id)
    assert guest.evidence[0].there == "claimed"
    assert [one.customer_id for one in candidates(guest.customer_id)] == [member.customer_id]


def test_some_write_because_a_page_refused_them(db: None) -> None:
    call_command("demo", conversations=60, stdout=StringIO())
    led = rows(
        "SELECT count(*) FROM customers_activity a JOIN talk_conversation c USING (profile_id)"
        " WHERE a.kind = 'error' AND c.created_at - a.at BETWEEN '0' AND interval '5 minutes'"
    )
    assert led[0][0] >= 5
