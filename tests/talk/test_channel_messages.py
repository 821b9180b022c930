"""What customers say in a channel: late, twice, taken back, corrected, their files later still."""

import io
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from PIL import Image

from customers.actions import erase
from customers.models import Identity, Profile
from talk import queries
from talk.actions import channel_messages, conversations, expiring, received_files
from talk.errors import Erased, TooLarge
from talk.models import Attachment, Conversation, FileDeletion, IdempotencyKey, Inbox, Note
from talk.rows import ConversationRow, MessageRow
from talk.store import StoredRows
from tests.cast import Cast, Guest, actor

pytestmark = pytest.mark.django_db
SECRET = "パスワードを忘れました"  # what a customer takes back


@pytest.fixture
def guest(cast: Cast) -> Guest:
    Inbox.objects.filter(id=cast.shop.id).update(kind=Inbox.Kind.LINE)
    return cast.guest()


def hear(
    guest: Guest, body: str = "", *, at: datetime | None = None, id: UUID | None = None, **data: Any
) -> StoredRows:
    return channel_messages.receive(
        guest.inbox.id,
        guest.visitor.profile_id,
        client_id=id or uuid4(),
        body=body,
        data=data,
        said_at=at or timezone.now(),
    )


def thread(cast: Cast, rows: StoredRows) -> queries.Thread:
    return queries.thread(actor(cast.oto), rows.conversation.id)


def in_place(rows: Iterable[MessageRow]) -> list[str]:
    """Return the bodies in the order that consoles show."""

    def place(row: MessageRow) -> tuple[int, int, str, int]:
        after_seq = row.data.get("after_seq")
        return (row.seq, 0, "", 0) if after_seq is None else (after_seq, 1, row.created_at, row.seq)

    return [row.body for row in sorted(rows, key=place)]


def test_what_is_said_is_stored_at_its_time_and_begins_a_conversation(
    cast: Cast, guest: Guest
) -> None:
    at = timezone.now() - timedelta(minutes=3)
    rows = hear(guest, "こんにちは", at=at)
    assert (rows.message.seq, rows.message.body, rows.message.data) == (1, "こんにちは", {})
    assert datetime.fromisoformat(rows.message.created_at) == at
    assert (rows.conversation.preview, rows.conversation.status) == ("こんにちは", "open")
    assert rows.conversation.waiting_since is not None


def test_nothing_is_said_later_than_now(guest: Guest) -> None:
    rows = hear(guest, "未来から", at=timezone.now() + timedelta(hours=5))
    assert datetime.fromisoformat(rows.message.created_at) <= timezone.now()


def test_a_repeat_returns_what_was_stored_whatever_became_of_it(guest: Guest) -> None:
    id = uuid4()
    first = hear(guest, "一度", id=id)
    assert hear(guest, "一度", id=id).message.id == first.message.id
    channel_messages.edit(first.message.id, "直した", {})
    again = hear(guest, "一度", id=id)
    assert (again.message.id, again.message.body) == (first.message.id, "直した")
    channel_messages.unsend(first.message.id)
    assert hear(guest, "一度", id=id).message.data == {"kind": "unsent"}


def test_what_comes_out_of_order_has_its_place(cast: Cast, guest: Guest) -> None:
    begin = timezone.now() - timedelta(minutes=10)
    for minute, body in (
        (1, "一"),
        (5, "五"),
        (3, "三"),
        (2, "二"),
        (9, "九"),
        (4, "四"),
        (0, "零"),
    ):
        rows = hear(guest, body, at=begin + timedelta(minutes=minute))
    stored = thread(cast, rows).messages
    assert in_place(stored) == ["零", "一", "二", "三", "四", "五", "九"]
    places = {row.body: row.data.get("after_seq") for row in stored}
    assert places == {"一": None, "五": None, "九": None, "三": 1, "二": 1, "四": 1, "零": 0}


def test_what_comes_late_is_not_the_newest_word_of_the_list(guest: Guest) -> None:
    begin = timezone.now() - timedelta(minutes=10)
    hear(guest, "二番目", at=begin)
    rows = hear(guest, "一番目", at=begin - timedelta(minutes=1))
    assert (rows.conversation.preview, rows.conversation.last_seq) == ("二番目", 2)


def test_two_of_the_same_moment_keep_their_order(cast: Cast, guest: Guest) -> None:
    at = timezone.now() - timedelta(minutes=1)
    for body in ("一", "二"):
        rows = hear(guest, body, at=at)
    assert [row.data for row in thread(cast, rows).messages] == [{}, {}]


def test_words_of_before_the_end_do_not_open_it_again(cast: Cast, guest: Guest) -> None:
    before = hear(guest, "質問").conversation
    ended = resolve(cast, before)
    late = hear(guest, "ありがとう", at=timezone.now() - timedelta(seconds=30))
    assert late.conversation.id == before.id
    assert (late.conversation.status, late.conversation.waiting_since) == ("resolved", None)
    assert late.conversation.resolved_at == ended.resolved_at
    assert late.conversation.customer_seq == 2
    new = hear(guest, "もう一つ")
    assert (new.conversation.id, new.conversation.status) == (before.id, "open")


def test_words_of_before_a_long_past_end_still_belong_to_it(cast: Cast, guest: Guest) -> None:
    begun = hear(guest, "質問").conversation
    resolve(cast, begun)
    long_ago = timezone.now() - timedelta(days=30)
    Conversation.objects.filter(id=begun.id).update(resolved_at=long_ago)
    late = hear(guest, "遅い", at=long_ago - timedelta(minutes=1))
    assert (late.conversation.id, late.conversation.status) == (begun.id, "resolved")
    assert hear(guest, "新しい").conversation.id != begun.id


def resolve(cast: Cast, row: ConversationRow) -> ConversationRow:
    return conversations.set_status(
        actor(cast.oto), conversation_id=row.id, version=row.version, status="resolved"
    )


def test_an_answer_goes_to_the_profile_that_wrote_and_no_other_of_the_same_member(
    cast: Cast, guest: Guest
) -> None:
    other = cast.guest()
    both = (other.visitor.profile_id, guest.visitor.profile_id)
    member = Identity.objects.create(
        profile_id=guest.visitor.profile_id,
        kind="user_id",
        value="m-1",
        verified_at=timezone.now(),
    )
    Profile.objects.filter(id__in=both).update(member=member, customer_id=guest.visitor.customer_id)
    assert hear(guest, "こちら").conversation.id != hear(other, "あちら").conversation.id


def test_an_erased_customer_is_refused(cast: Cast, guest: Guest) -> None:
    erase.erase_customer(actor(cast.aoi).who, guest.visitor.customer_id, reason="asked")
    with pytest.raises(Erased):
        hear(guest, "まだいます")


def test_a_kind_that_nobody_knows_is_not_stored(guest: Guest) -> None:
    with pytest.raises(msgspec.ValidationError):
        hear(guest, "", kind="hologram")


def test_what_postgresql_cannot_keep_is_replaced(guest: Guest) -> None:
    rows = hear(guest, "a\x00b\ud800c", kind="sticker", package_id="1", sticker_id="2", text="\x00")
    assert rows.message.body == "ab\ufffdc"
    assert rows.message.data == {"kind": "sticker", "package_id": "1", "sticker_id": "2"}


def test_the_list_knows_the_kind_of_the_last_words(cast: Cast, guest: Guest) -> None:
    rows = hear(guest, "", kind="sticker", package_id="1", sticker_id="2")
    assert (rows.conversation.preview, rows.conversation.preview_kind) == ("", "sticker")
    assert hear(guest, "文字").conversation.preview_kind == ""


def leftovers(words: str) -> dict[str, int]:
    """Count the rows of every table that still have these words."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n"
            " ON n.oid = c.relnamespace WHERE n.nspname = 'public'"
            " AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE position(%s IN t::text) > 0',  # noqa: S608
                [words],
            )
            [count] = cursor.fetchone() or (0,)
            if count:
                found[table] = count
    return found


def test_of_what_is_taken_back_no_table_keeps_a_word(cast: Cast, guest: Guest) -> None:
    rows = hear(guest, SECRET)
    answered = conversations.mark_read(actor(cast.oto), conversation_id=rows.conversation.id, seq=1)
    IdempotencyKey.objects.create(
        operator=cast.oto,
        key="1",
        request_hash=b"",
        status=200,
        body=msgspec.to_builtins(answered),
    )
    assert set(leftovers(SECRET)) >= {
        "talk_message",
        "talk_conversation",
        "talk_event",
        "talk_idempotencykey",
    }
    assert channel_messages.unsend(rows.message.id)
    assert leftovers(SECRET) == {}
    [message] = thread(cast, rows).messages
    assert (message.body, message.data, message.attachments) == ("", {"kind": "unsent"}, [])
    row = queries.conversation_row(actor(cast.oto), rows.conversation.id)
    assert (row.preview, row.preview_kind, row.preview_sender) == ("", "unsent", "customer")
    assert not channel_messages.unsend(rows.message.id), "once is enough"


def test_what_an_open_console_hears_and_hears_again_has_no_word_of_it(
    cast: Cast, guest: Guest
) -> None:
    rows = hear(guest, SECRET)
    hear(guest, "次の話")
    channel_messages.unsend(rows.message.id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, version, rows::text FROM talk_event ORDER BY id")
        told = cursor.fetchall()
    assert [(kind, version) for kind, version, _ in told if kind.startswith("message")] == [
        ("message.created", 2),
        ("message.created", 3),
        ("message.changed", 4),
    ]
    assert SECRET not in str(told)
    assert "次の話" in str(told)


def test_words_that_are_not_the_newest_leave_the_list_as_it_is(guest: Guest) -> None:
    rows = hear(guest, SECRET)
    hear(guest, "次の話")
    channel_messages.unsend(rows.message.id)
    assert Conversation.objects.get(id=rows.conversation.id).preview == "次の話"


def test_an_edit_leaves_nothing_of_the_old_words(cast: Cast, guest: Guest) -> None:
    author = {"name": "花子"}
    rows = hear(guest, SECRET, author=author)
    assert channel_messages.edit(rows.message.id, "もう大丈夫です", {})
    assert leftovers(SECRET) == {}
    [message] = thread(cast, rows).messages
    assert (message.body, message.data) == (
        "もう大丈夫です",
        {"kind": "text", "is_edited": True, "author": author},
    )
    channel_messages.unsend(rows.message.id)
    assert not channel_messages.edit(rows.message.id, "戻す", {})
    assert thread(cast, rows).messages[0].body == ""


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#1f5eff").save(out, "PNG")
    return out.getvalue()


def keep(guest: Guest, content: bytes, name: str = "", most: int = 100_000) -> Attachment:
    chunks = (content[at : at + 7] for at in range(0, len(content), 7))
    return received_files.keep(
        guest.inbox.id, guest.visitor.profile_id, chunks, name=name, largest_bytes=most
    )


def files_on_disk() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT, "attachments").rglob("*") if path.is_file()]


def test_a_picture_comes_into_its_message(cast: Cast, guest: Guest) -> None:
    rows = hear(guest, "", kind="image", state="coming", album={"id": "1", "index": 1})
    kept = keep(guest, picture())
    here = {"kind": "image", "state": "here", "album": {"id": "1", "index": 1}}
    assert channel_messages.attach(rows.message.id, (kept.id,), here)
    [message] = thread(cast, rows).messages
    assert message.data == here
    assert [(file.id, file.media_type, file.width) for file in message.attachments] == [
        (kept.id, "image/png", 40)
    ]
    assert Attachment.objects.get(id=kept.id).message_id == rows.message.id


def test_the_whole_takes_the_place_of_its_preview(guest: Guest) -> None:
    rows = hear(guest, "", kind="video", state="coming")
    first, whole = keep(guest, picture()), keep(guest, b"\0\0\0\x18ftypmp42" + b"\0" * 99)
    coming = {"kind": "video", "state": "coming", "preview_id": str(first.id)}
    assert channel_messages.attach(rows.message.id, (first.id,), coming)
    here = {"kind": "video", "state": "here"}
    assert channel_messages.attach(rows.message.id, (whole.id,), here)
    kept = Attachment.objects.get()
    assert (kept.id, kept.media_type, kept.name) == (whole.id, "video/mp4", "file.mp4")
    assert [job.name for job in FileDeletion.objects.all()] == [first.file.name]


def test_what_is_taken_back_while_its_file_comes_gets_none(
    cast: Cast, guest: Guest, django_capture_on_commit_callbacks: Any
) -> None:
    before = len(files_on_disk())
    rows = hear(guest, "", kind="image", state="coming")
    channel_messages.unsend(rows.message.id)
    kept = keep(guest, picture())
    assert len(files_on_disk()) == before + 1
    with django_capture_on_commit_callbacks(execute=True):
        here = {"kind": "image", "state": "here"}
        assert not channel_messages.attach(rows.message.id, (kept.id,), here)
    assert (len(files_on_disk()), Attachment.objects.count()) == (before, 0)
    assert thread(cast, rows).messages[0].data == {"kind": "unsent"}


def test_with_what_is_taken_back_its_files_go(
    guest: Guest, django_capture_on_commit_callbacks: Any
) -> None:
    before = len(files_on_disk())
    rows = hear(guest, "", kind="image", state="coming")
    kept = keep(guest, picture())
    channel_messages.attach(rows.message.id, (kept.id,), {"kind": "image", "state": "here"})
    assert default_storage.exists(str(kept.file.name))
    with django_capture_on_commit_callbacks(execute=True):
        channel_messages.unsend(rows.message.id)
    assert (len(files_on_disk()), Attachment.objects.count()) == (before, 0)


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("../../etc/\u202efdp.exe", b"MZ\x90\0", ("fdp.exe", "application/octet-stream")),
        ("見積書.pdf", b"%PDF-1.7 ...", ("見積書.pdf", "application/pdf")),
        ("見積書.pdf", b"\x89unknown", ("見積書.pdf", "application/octet-stream")),
        ("", b"\0\0\0\x18ftypM4A ", ("file.m4a", "audio/mp4")),
        ("page.html", b"<script>alert(1)</script>", ("page.html", "application/octet-stream")),
    ],
)
def test_files_of_any_kind_are_kept_under_harmless_names(
    guest: Guest, name: str, content: bytes, kept: tuple[str, str]
) -> None:
    file = keep(guest, content, name)
    assert (file.name, file.media_type) == kept
    assert file.file.name == f"attachments/{file.id.hex[-2:]}/{file.id.hex}"
    assert file.size == len(content)


def test_a_file_that_is_too_large_leaves_nothing(guest: Guest) -> None:
    before = len(files_on_disk())
    with pytest.raises(TooLarge):
        keep(guest, b"x" * 101, most=100)
    assert (len(files_on_disk()), Attachment.objects.count()) == (before, 0)


def test_a_conversation_without_any_words_is_forgotten_like_others(
    cast: Cast, guest: Guest
) -> None:
    home = {"latitude": 35.6, "longitude": 139.7, "address": "東京都渋谷区1丁目"}
    rows = hear(guest, "", kind="location", **home)
    resolve(cast, rows.conversation)
    assert leftovers("渋谷区")
    assert expiring.forget_conversations(timezone.now() + timedelta(hours=1)) == 1
    assert leftovers("渋谷区").keys() <= {"talk_event"}, "which has a period of its own"
    assert expiring.forget_conversations(timezone.now() + timedelta(hours=1)) == 0


def test_lines_tell_operators_what_has_happened(cast: Cast, guest: Guest) -> None:
    rows = hear(guest, "質問")
    channel_messages.note_line(rows.conversation.id, {"code": "blocked"})
    found = thread(cast, rows)
    [line] = found.notes
    assert (line.kind, line.data, line.after_seq, line.version) == (
        "system",
        {"code": "blocked"},
        1,
        3,
    )
    assert found.conversation.version == 3
    erase.erase_customer(actor(cast.aoi).who, guest.visitor.customer_id, reason="asked")
    channel_messages.note_line(rows.conversation.id, {"code": "back"})
    assert Note.objects.filter(data__code="back").count() == 0
