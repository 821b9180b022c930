"""Events that could not be handled: LINE never tells them again, so we never let go of them."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.models.functions import Now

from integrations.line.actions import chats, handling, storing
from integrations.line.health import health_of
from integrations.line.models import LineChannel, LineChat, LineEvent
from integrations.line.wire import read_event
from talk.models import Inbox, Message, Note
from tests.integrations.line.edges import Event, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel() -> LineChannel:
    inbox = Inbox.objects.create(name="LINE", kind=Inbox.Kind.LINE)
    return LineChannel.objects.create(inbox=inbox, channel_id="1", bot_user_id="U1")


def tell(channel: LineChannel, event: Event) -> LineEvent:
    storing.store(channel.pk, [read_event(event)])
    again()
    return LineEvent.objects.latest("id")


def again() -> None:
    """Let everything be due, and handle it."""
    LineEvent.objects.update(due_at=Now())
    for chat_id in chats.due_chats():
        chats.handle_chat(chat_id)


def break_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(_event: LineEvent) -> str:
        raise error

    monkeypatch.setitem(handling.HANDLERS, "message", fail)


def test_what_failed_eight_times_is_said_in_the_thread_once_and_tried_every_hour(
    channel: LineChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(channel, text("一"))
    with monkeypatch.context() as patch:
        break_with(patch, ValueError("二"))
        tell(channel, text("二"))
        for _ in range(9):
            again()
    late = LineEvent.objects.latest("id")
    assert (late.state, late.attempts, late.error) == ("failed", 8, "ValueError")
    assert LineEvent.objects.filter(due_at__gt=Now() + timedelta(minutes=59)).exists()
    assert [note.data for note in Note.objects.all()] == [
        {"code": "unread_event", "type": "message"}
    ]
    again()
    late.refresh_from_db()
    assert late.state == "done", "what stood in its way was mended"
    assert list(Message.objects.order_by("seq").values_list("body", flat=True)) == ["一", "二"]


def test_a_database_that_is_busy_is_no_failure_of_the_event(
    channel: LineChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(channel, text("一"))
    with monkeypatch.context() as patch:
        break_with(patch, OperationalError("canceling statement due to statement timeout"))
        tell(channel, text("二"))
        for _ in range(9):
            again()
    late = LineEvent.objects.latest("id")
    assert (late.state, late.attempts) == ("pending", 0)
    assert not Note.objects.exists()
    again()
    assert list(Message.objects.order_by("seq").values_list("body", flat=True)) == ["一", "二"]


def test_what_the_database_refuses_for_an_hour_is_a_failure_of_the_event(
    channel: LineChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(channel, text("一"))
    break_with(monkeypatch, OperationalError("the expression is too deep"))
    late = tell(channel, text("二"))
    LineEvent.objects.filter(id=late.id).update(received_at=Now() - timedelta(minutes=61))
    for _ in range(8):
        again()
    late.refresh_from_db()
    assert (late.state, late.attempts) == ("failed", 8)
    channel.refresh_from_db()
    assert channel.last_error == "event"
    assert health_of(channel).waiting == 1


def test_whoever_writes_does_not_block_us_any_more(channel: LineChannel) -> None:
    said = tell(channel, text("一"))
    LineChat.objects.update(friend="blocked", friend_at=said.occurred_at)
    tell(channel, text("もう一度", at=int(said.occurred_at.timestamp() * 1_000) + 1_000))
    chat = LineChat.objects.get()
    assert chat.friend == "unknown"
    assert chat.conversation is not None
    assert chat.conversation.channel["why"] != "blocked"
