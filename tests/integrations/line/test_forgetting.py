"""What of LINE does not stay: old events, used tokens, and all of somebody who is erased."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from customers import retention
from customers.actions import erase
from integrations.line.actions import chats, contents, forgetting, names, storing
from integrations.line.models import (
    LineChannel,
    LineChat,
    LineContent,
    LineEvent,
    LineMember,
    LineMessage,
    ReplyToken,
)
from integrations.line.wire import read_event
from talk.actions import received_files
from talk.actions.files import delete_files
from talk.models import Attachment, Inbox, Message
from tests.cast import Cast, actor
from tests.integrations.line.edges import AT, U_A, Event, event, group, image, text, unsend
from tests.integrations.line.test_files import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture
def channel() -> LineChannel:
    inbox = Inbox.objects.create(name="LINE", kind=Inbox.Kind.LINE)
    return LineChannel.objects.create(inbox=inbox, channel_id="1", bot_user_id="U1")


def tell(channel: LineChannel, *events: Event) -> None:
    storing.store(channel.pk, [read_event(each) for each in events])
    for chat in LineChat.objects.all():
        chats.handle_chat(chat.id)


def test_what_line_has_told_goes_after_thirty_days(channel: LineChannel) -> None:
    tell(channel, text("古い"), text("新しい"))
    old = LineEvent.objects.order_by("id")[:1].get()
    LineEvent.objects.filter(id=old.id).update(received_at=timezone.now() - timedelta(days=31))
    assert retention.due(forgetting.RULE).count == 1
    assert retention.carry_out(forgetting.RULE) == 1
    assert LineEvent.objects.count() == 1
    assert sorted(Message.objects.values_list("body", flat=True)) == ["古い", "新しい"]


def test_tokens_that_nobody_can_use_any_more_go(channel: LineChannel) -> None:
    tell(channel, text("一"), text("二"))
    assert ReplyToken.objects.count() == 2
    one = ReplyToken.objects.order_by("id")[:1].get()
    ReplyToken.objects.filter(id=one.id).update(received_at=timezone.now() - timedelta(days=2))
    forgetting.forget_tokens()
    assert ReplyToken.objects.count() == 1


def test_of_who_is_erased_nothing_is_left_and_they_begin_anew(
    channel: LineChannel, cast: Cast
) -> None:
    said = text("秘密")
    tell(channel, said)
    [former] = LineChat.objects.all()
    assert former.profile is not None
    customer = former.profile.customer
    receipt = erase.erase_customer(actor(cast.aoi).who, customer.id, reason="頼まれた")
    erase.carry_on(receipt.id)
    receipt.refresh_from_db()
    assert receipt.counts["line_chats"] == 1
    assert not LineChat.objects.filter(id=former.id).exists()
    [left] = LineEvent.objects.all()
    assert (left.raw, left.state, left.chat.chat_key) == ({}, "redacted", "none")
    tell(channel, said)
    assert LineEvent.objects.count() == 1, "what LINE tells again is known"
    assert not LineChat.objects.exclude(profile=None).exists()
    LineChat.objects.update(created_at=timezone.now() - timedelta(days=2))
    forgetting.forget_tokens()
    assert [chat.chat_key for chat in LineChat.objects.all()] == ["none"]
    tell(channel, text("また来ました"))
    [anew] = LineChat.objects.exclude(chat_key="none")
    assert anew.chat_key == f"user:{U_A}"
    assert anew.profile is not None
    assert anew.profile.customer_id != customer.id
    assert [each.body for each in Message.objects.order_by("created_at")][-1] == "また来ました"


def test_of_who_is_erased_a_group_keeps_the_words_and_not_who_said_them(
    channel: LineChannel, cast: Cast
) -> None:
    LineChannel.objects.update(group_policy="separate")
    told = text("みんなに", source=group())
    tell(channel, text("私です"), told)
    member = LineMember.objects.get(user_id=U_A)
    names.name_member(member, {"displayName": "葵"})
    said = Message.objects.get(body="みんなに")
    assert said.data["author"]["name"] == "葵"
    own = LineChat.objects.get(chat_key=f"user:{U_A}")
    assert own.profile is not None
    receipt = erase.erase_customer(actor(cast.aoi).who, own.profile.customer_id, reason="頼まれた")
    erase.carry_on(receipt.id)
    said.refresh_from_db()
    assert (said.body, said.data["author"]) == ("みんなに", {"name": ""})
    assert not LineMember.objects.exists()
    assert not LineMessage.objects.filter(user_id=U_A).exists()
    assert U_A not in str(list(LineEvent.objects.values_list("raw", flat=True)))


@pytest.mark.parametrize("is_in_group", [False, True])
def test_who_writes_while_they_are_erased_leaves_nothing_of_before(
    channel: LineChannel, cast: Cast, is_in_group: bool
) -> None:
    LineChannel.objects.update(group_policy="separate")
    tell(channel, text("秘密"), *([text("みんなに", source=group())] if is_in_group else []))
    former = LineChat.objects.get(chat_key=f"user:{U_A}")
    assert former.profile is not None
    receipt = erase.erase_customer(
        actor(cast.aoi).who, former.profile.customer_id, reason="頼まれた"
    )
    before = read_event(text("消去の前に届いた"))
    storing.store(channel.pk, [before])
    LineEvent.objects.filter(webhook_event_id=before.webhook_event_id).update(
        received_at=timezone.now() - timedelta(minutes=1)
    )
    tell(channel, text("消去の途中"))
    tell(channel)  # as whoever is woken for the new chat
    anew = LineChat.objects.get(chat_key=f"user:{U_A}")
    assert anew.id != former.id
    erase.carry_on(receipt.id)
    assert "消去の前" not in str(list(LineEvent.objects.values_list("raw", flat=True)))
    assert "秘密" not in str(list(LineEvent.objects.values_list("raw", flat=True)))
    assert "消去の途中" in str(list(LineEvent.objects.values_list("raw", flat=True)))
    assert [each.message.body for each in LineMessage.objects.filter(chat=anew)] == ["消去の途中"]
    assert not LineMember.objects.filter(user_id=U_A).exists()
    anew.refresh_from_db()
    assert anew.profile is not None
    assert anew.profile.customer_id != former.profile.customer_id


WORDS = "秘密の言葉"


@pytest.mark.parametrize("policy", ["off", "separate"])
def test_nothing_stays_of_what_is_told_after_it_was_taken_back(
    channel: LineChannel, policy: str
) -> None:
    LineChannel.objects.update(group_policy=policy)
    late = text(WORDS, source=group())
    line_id = late["message"]["id"]
    words = {"type": "text", "id": line_id, "text": WORDS, "quoteToken": "q"}
    edit = event("messageEdited", source=group(), at=AT + 9, message=words)
    strange = {**text(WORDS), "mode": "new_mode"}
    tell(channel, unsend(line_id, source=group()), unsend(strange["message"]["id"]))
    tell(channel, late, edit, strange)
    raws = str(list(LineEvent.objects.values_list("raw", flat=True)))
    assert WORDS not in raws
    assert not Message.objects.filter(body__contains=WORDS).exists()
    shells = [message.data["kind"] for message in Message.objects.all()]
    assert shells == ([] if policy == "off" else ["unsent"])


def test_check_15_a_file_that_comes_after_it_was_taken_back_is_not_kept(
    channel: LineChannel, settings: Settings, tmp_path: Path
) -> None:
    """LINE had answered 200 before the unsend; the last bytes come after it."""
    settings.MEDIA_ROOT = tmp_path
    said = image()
    tell(channel, said)
    job = contents.lease(LineContent.objects.get().pk)
    assert job is not None
    file = received_files.keep(
        job.inbox_id, job.profile_id, [picture()], name="秘密.jpg", largest_bytes=10**6
    )
    assert len([each for each in tmp_path.rglob("*") if each.is_file()]) == 1
    tell(channel, unsend(said["message"]["id"]))
    assert contents.arrive(job, file) == "gone"
    delete_files()
    assert not Attachment.objects.exists()
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []
    assert [message.data for message in Message.objects.all()] == [{"kind": "unsent"}]


def test_what_is_taken_back_in_a_mode_that_nobody_knows_is_gone(channel: LineChannel) -> None:
    said = text(WORDS)
    tell(channel, said)
    tell(channel, {**unsend(said["message"]["id"]), "mode": "new_mode"})
    assert [message.data["kind"] for message in Message.objects.all()] == ["unsent"]
    assert WORDS not in str(list(LineEvent.objects.values_list("raw", flat=True)))


def test_an_edit_that_its_message_comes_long_after_is_what_is_shown(channel: LineChannel) -> None:
    LineChannel.objects.update(group_policy="separate")
    said = text("前の言葉", source=group())
    line_id = said["message"]["id"]
    for at, body in ((AT + 9, "次の言葉"), (AT + 99, "後の言葉")):
        words = {"type": "text", "id": line_id, "text": body}
        tell(channel, event("messageEdited", source=group(), at=at, message=words))
    for _ in range(6):
        LineEvent.objects.update(due_at=timezone.now())
        tell(channel)
    assert {each.state for each in LineEvent.objects.all()} == {"ignored"}
    tell(channel, said)
    message = Message.objects.get()
    assert (message.body, message.data["is_edited"]) == ("後の言葉", True)
    raws = str(list(LineEvent.objects.values_list("raw", flat=True)))
    assert "前の言葉" not in raws


def test_who_said_it_is_put_into_a_message_as_it_is_at_that_moment(channel: LineChannel) -> None:
    LineChannel.objects.update(group_policy="separate")
    said = text("前の言葉", source=group())
    words = {"type": "text", "id": said["message"]["id"], "text": "後の言葉"}
    tell(channel, said, event("messageEdited", source=group(), at=AT + 9, message=words))
    names.name_member(LineMember.objects.get(), {"displayName": "葵"})
    message = Message.objects.get()
    assert message.body == "後の言葉"
    assert (message.data["is_edited"], message.data["author"]["name"]) == (True, "葵")
