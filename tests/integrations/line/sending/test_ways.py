"""Messages on their way to LINE: for nothing where that goes, as a push elsewhere."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from integrations.line import errands, sending
from integrations.line.actions.standing import tell_standing
from integrations.line.models import LineChat, LinePart, ReplyToken
from talk.actions.attachments import store_upload
from talk.errors import CannotSend
from talk.models import Conversation, Inbox
from talk.policy import Actor
from tests.integrations.line.platform import Platform
from tests.integrations.line.sending.delivering import PUSH, keys, state
from tests.integrations.line.thread import Thread

pytestmark = pytest.mark.django_db


def test_the_first_answer_is_free_and_the_second_counts(thread: Thread, oto: Actor) -> None:
    thread.hear()
    assert state(thread.deliver(thread.answer(oto, "一"))) == ("accepted", "")
    assert (len(thread.account.replies()), thread.account.pushes()) == (1, [])
    assert thread.account.quota_used == 0
    assert state(thread.deliver(thread.answer(oto, "二"))) == ("accepted", "")
    assert (len(thread.account.replies()), len(thread.account.pushes())) == (1, 1)
    assert thread.account.quota_used == 1
    assert UUID(keys(thread.account)[0])
    assert thread.phone.texts() == ["一", "二"]


def test_the_newest_token_is_used_and_then_the_one_before(thread: Thread, oto: Actor) -> None:
    first, second = thread.hear(seconds_ago=20), thread.hear(seconds_ago=5)
    for body in ("一", "二", "三"):
        thread.deliver(thread.answer(oto, body))
    used = [each["replyToken"] for each in thread.account.replies()]
    assert used == [second.reply_token, first.reply_token]
    assert len(thread.account.pushes()) == 1


@pytest.mark.parametrize(("seconds", "replies"), [(49, 1), (51, 0)])
def test_a_token_is_too_old_after_fifty_seconds(
    thread: Thread, oto: Actor, seconds: float, replies: int
) -> None:
    thread.hear(seconds_ago=seconds)
    assert thread.deliver(thread.answer(oto, "一")).state == "accepted"
    assert len(thread.account.replies()) == replies


def test_a_token_of_an_event_of_long_ago_is_not_tried(thread: Thread, oto: Actor) -> None:
    thread.hear()
    ReplyToken.objects.update(occurred_at=timezone.now() - timedelta(minutes=21))
    assert thread.deliver(thread.answer(oto, "一")).state == "accepted"
    assert (thread.account.replies(), len(thread.account.pushes())) == ([], 1)


def test_a_refused_token_is_followed_by_one_push(thread: Thread, oto: Actor) -> None:
    thread.hear()
    ReplyToken.objects.update(token="no-such-token")
    assert state(thread.deliver(thread.answer(oto, "一"))) == ("accepted", "")
    assert (len(thread.account.replies()), len(thread.account.pushes())) == (1, 1)
    assert thread.phone.texts() == ["一"]


def test_a_push_is_tried_again_later_and_later(thread: Thread, oto: Actor) -> None:
    thread.account.fault(PUSH, "error", times=5)
    id, waits = thread.answer(oto, "一"), []
    for _ in range(5):
        delivery = thread.deliver(id)
        assert delivery.due_at is not None
        waits.append(round((delivery.due_at - timezone.now()).total_seconds()))
    assert waits == [1, 2, 4, 8, 16]
    LinePart.objects.update(attempts=40)
    thread.account.fault(PUSH, "error")
    delivery = thread.deliver(id)
    assert delivery.due_at is not None
    assert 590 < (delivery.due_at - timezone.now()).total_seconds() < 601
    assert thread.deliver(id).state == "accepted"
    assert len({each["body"] for each in thread.account.calls(PUSH)}) == 1
    assert len(set(keys(thread.account))) == 1


def test_a_wrong_secret_is_said(thread: Thread, oto: Actor) -> None:
    thread.hear()
    thread.channel.secret = ""
    thread.channel.save()
    assert state(thread.deliver(thread.answer(oto, "一"))) == ("failed", "unauthorised")
    assert (thread.account.replies(), thread.account.pushes()) == ([], [])


def test_line_out_of_reach_is_waited_for(
    thread: Thread, oto: Actor, settings: Settings, platform: Platform
) -> None:
    thread.hear()
    settings.LINE_API_BASE = "http://127.0.0.1:1"
    id = thread.answer(oto, "一")
    assert state(thread.deliver(id)) == ("queued", "unreachable: ConnectError")
    assert state(thread.deliver(id)) == ("queued", "unreachable: ConnectError")
    settings.LINE_API_BASE = platform.base
    assert state(thread.deliver(id)) == ("accepted", "")
    assert (len(thread.account.replies()), thread.account.pushes()) == (1, [])


def test_who_cannot_get_anything_is_not_written_to(thread: Thread, oto: Actor) -> None:
    thread.hear()
    chat = LineChat.objects.filter(id=thread.chat.id)
    for changed, reason in (
        ({"friend": "blocked"}, "blocked"),
        ({"friend": "friend", "is_standby": True}, "standby"),
        ({"is_standby": False, "is_member": False}, "left"),
    ):
        chat.update(**changed)
        id = thread.answer(oto, "一")
        assert state(thread.deliver(id)) == ("failed", reason)
    old = timezone.now() - timedelta(days=7, seconds=1)
    chat.update(is_member=True, friend="unknown", last_inbound_at=old)
    ReplyToken.objects.update(received_at=old, occurred_at=old)
    assert state(thread.deliver(thread.answer(oto, "一"))) == ("failed", "seven_days")
    assert thread.account.calls("POST /v2") == []
    chat.update(last_inbound_at=old + timedelta(seconds=60))
    tell_standing(chat.get())
    assert state(thread.deliver(thread.answer(oto, "一"))) == ("accepted", "")


def test_a_file_that_is_gone_is_said_at_once(thread: Thread, oto: Actor) -> None:
    thread.hear()
    pdf = SimpleUploadedFile("見積書.pdf", b"%PDF-1.4")
    upload = store_upload(oto, Inbox.objects.get(id=thread.channel.pk), pdf)
    id = thread.answer(oto, attachment_ids=(upload.id,))
    Path(upload.file.path).unlink()
    assert state(thread.deliver(id)) == ("failed", "file_gone")
    assert thread.account.calls("POST /v2") == []


def test_what_is_left_to_say_in_an_older_conversation_is_said_first(
    thread: Thread, oto: Actor
) -> None:
    thread.hear()
    first = thread.answer(oto, "一")
    thread.begin_another()
    second = thread.answer(oto, "二")
    assert state(thread.deliver(second)) == ("queued", "busy")
    assert state(thread.deliver(first)) == ("accepted", "")
    assert state(thread.deliver(second)) == ("accepted", "")
    assert thread.phone.texts() == ["一", "二"]


def test_no_call_begins_that_the_lease_would_not_cover(
    thread: Thread, oto: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread.hear()
    monkeypatch.setattr(errands, "ENOUGH_SECONDS", -1.0)
    id = thread.answer(oto, "一")
    assert state(thread.deliver(id)) == ("queued", "busy")
    monkeypatch.undo()
    assert state(thread.deliver(id)) == ("accepted", "")
    assert (len(thread.account.replies()), thread.account.pushes()) == (1, [])


def test_how_the_chat_stands_is_told_as_it_is_after_the_call(thread: Thread, oto: Actor) -> None:
    id = thread.answer(oto, "一")
    errand = errands.errand_of
    with pytest.MonkeyPatch.context() as patch:

        def block_meanwhile(message_id: UUID) -> errands.Errand:
            found = errand(message_id)
            LineChat.objects.update(friend="blocked")
            return found

        patch.setattr(sending, "errand_of", block_meanwhile)
        thread.deliver(id)
    told = Conversation.objects.get(id=thread.conversation.id).channel
    assert (told["can_send"], told["why"]) == (False, "blocked")


def test_a_tap_is_answered_even_where_a_push_would_reach_nobody(thread: Thread, oto: Actor) -> None:
    thread.hear()
    old = timezone.now() - timedelta(days=8)
    LineChat.objects.update(friend="unknown", last_inbound_at=old)
    first, second = thread.answer(oto, "一"), thread.answer(oto, "二")
    assert state(thread.deliver(first)) == ("accepted", "")
    assert state(thread.deliver(second)) == ("failed", "seven_days")
    with pytest.raises(CannotSend):
        thread.answer(oto, "三")
    assert (len(thread.account.replies()), thread.account.pushes()) == (1, [])
