"""Read marks of a channel whose policy is that an answer gives them, and of one that gives none."""

import pytest

from talk.policy import Actor
from tests.integrations.line.thread import Thread

pytestmark = pytest.mark.django_db
READ = "POST /v2/bot/chat/markAsRead"


def read_by(thread: Thread) -> list[bool]:
    """Whether each message of theirs has a mark on the phone."""
    return [each["is_read"] for each in thread.phone.look()["bubbles"] if each["author"]]


def with_policy(thread: Thread, policy: str) -> None:
    thread.channel.read_policy = policy
    thread.channel.chat_mode = "chat"
    thread.channel.save()


def test_an_answer_that_has_left_marks_what_was_said_before_it(thread: Thread, oto: Actor) -> None:
    with_policy(thread, "on_reply")
    for body in "一二":
        thread.keep(thread.hear(body), body)
    id = thread.answer(oto, "はい")
    thread.keep(thread.hear("三"), "三")
    assert read_by(thread) == [False, False, False]
    assert thread.deliver(id).state == "accepted"
    assert read_by(thread) == [True, True, False], "what came since may be unread"
    assert len(thread.account.calls(READ)) == 1


def test_an_answer_that_failed_marks_nothing(thread: Thread, oto: Actor) -> None:
    with_policy(thread, "on_reply")
    thread.keep(thread.hear("一", seconds_ago=100), "一")
    thread.account.turn(quota={"used": 200})
    assert thread.deliver(thread.answer(oto, "はい")).state == "failed"
    assert thread.account.calls(READ) == []


@pytest.mark.parametrize("policy", ["never", "on_open"])
def test_elsewhere_an_answer_marks_nothing(thread: Thread, oto: Actor, policy: str) -> None:
    with_policy(thread, policy)
    thread.keep(thread.hear("一"), "一")
    assert thread.deliver(thread.answer(oto, "はい")).state == "accepted"
    assert thread.account.calls(READ) == []
