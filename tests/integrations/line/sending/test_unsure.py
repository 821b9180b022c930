"""Messages of which nobody knows whether LINE has taken them: never twice, never lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.line import errands, sending
from integrations.line.actions import parts
from integrations.line.composing import Sender
from integrations.line.models import LineChat, LinePart, ReplyToken
from talk.actions import deliveries
from talk.models import Delivery
from talk.policy import Actor
from tests.integrations.line.sending.delivering import PUSH, REPLY, die_before_settling, keys, state
from tests.integrations.line.thread import Thread

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fault", ["error_after_accept", "drop_after_accept", "garbage_after_accept"]
)
def test_a_reply_whose_answer_was_lost_is_asked_once_more_and_then_left_unconfirmed(
    thread: Thread, oto: Actor, fault: str
) -> None:
    thread.hear()
    thread.account.fault(REPLY, fault)
    id = thread.answer(oto, "一")
    assert state(thread.deliver(id)) == ("unknown", "unknown_outcome")
    assert [each["status"] for each in thread.account.calls(REPLY)][-1] == 400
    assert (len(thread.account.replies()), thread.account.pushes()) == (2, [])
    deliveries.deliver(id)
    assert (len(thread.account.replies()), thread.account.pushes()) == (2, []), "nothing by itself"
    assert thread.phone.texts() == ["一"]


def test_a_reply_that_was_never_taken_is_sent_by_the_second_attempt(
    thread: Thread, oto: Actor
) -> None:
    thread.hear()
    thread.account.fault(REPLY, "error")
    assert state(thread.deliver(thread.answer(oto, "一"))) == ("accepted", "")
    assert (len(thread.account.replies()), thread.account.pushes()) == (2, [])


def test_a_worker_that_died_between_reply_and_answer_is_not_followed_by_a_push(
    thread: Thread, oto: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread.hear()
    id = thread.answer(oto, "一")
    die_before_settling(id, monkeypatch)
    assert state(thread.deliver(id)) == ("unknown", "unknown_outcome")
    assert (len(thread.account.replies()), thread.account.pushes()) == (2, [])
    assert thread.phone.texts() == ["一"]


def test_a_push_whose_answer_was_lost_is_asked_again_with_the_same_key_and_bytes(
    thread: Thread, oto: Actor
) -> None:
    thread.account.fault(PUSH, "error_after_accept")
    id = thread.answer(oto, "一")
    assert state(thread.deliver(id)) == ("queued", "unreachable: 500")
    assert state(thread.deliver(id)) == ("accepted", "")
    first, second = thread.account.calls(PUSH)
    assert (second["status"], second["body"]) == (409, first["body"])
    assert len(set(keys(thread.account))) == 1
    part = LinePart.objects.get()
    assert part.sent[0]["id"] == thread.phone.look()["bubbles"][-1]["id"]
    assert part.request_id == first["request_id"]
    assert thread.phone.texts() == ["一"]


def test_a_push_that_something_else_has_answered_is_asked_again(thread: Thread, oto: Actor) -> None:
    thread.account.fault(PUSH, "garbage")
    id = thread.answer(oto, "一")
    assert state(thread.deliver(id)) == ("queued", "unreachable: 200")
    assert state(thread.deliver(id)) == ("accepted", "")
    assert len(set(keys(thread.account))) == 1


def test_a_worker_that_died_in_a_push_leaves_its_key_behind(
    thread: Thread, oto: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = thread.answer(oto, "一")
    die_before_settling(id, monkeypatch)
    assert state(thread.deliver(id)) == ("accepted", "")
    assert len(set(keys(thread.account))) == 1
    assert thread.phone.texts() == ["一"]


@pytest.mark.parametrize(
    ("fault", "end"),
    [("error", ("unknown", "unknown_outcome")), ("rate", ("failed", "expired"))],
)
def test_after_twenty_three_hours_nothing_is_tried_by_itself(
    thread: Thread, oto: Actor, fault: str, end: tuple[str, str]
) -> None:
    thread.account.fault(PUSH, fault)
    id = thread.answer(oto, "一")
    assert thread.deliver(id).state == "queued"
    LinePart.objects.update(first_tried_at=timezone.now() - timedelta(hours=23, seconds=1))
    assert state(thread.deliver(id)) == end
    assert len(thread.account.pushes()) == 1
    Delivery.objects.update(state="failed")
    deliveries.retry(oto, message_id=id)
    assert thread.deliver(id).state == "accepted"
    assert len(set(keys(thread.account))) == 2


def test_words_that_nobody_will_send_again_are_kept_for_a_day(thread: Thread, oto: Actor) -> None:
    thread.account.fault(PUSH, "error", times=2)
    ended, waits = (thread.answer(oto, body) for body in "一二")
    assert thread.deliver(ended).state == "queued"
    Delivery.objects.filter(message_id=ended).update(state="unknown")
    assert thread.deliver(waits).state == "queued"
    parts.forget_words()
    assert LinePart.objects.exclude(messages="").count() == 2
    Delivery.objects.update(updated_at=timezone.now() - timedelta(days=1, seconds=1))
    parts.forget_words()
    assert [part.message_id for part in LinePart.objects.exclude(messages="")] == [waits]


def test_of_two_workers_with_one_call_only_one_asks(
    thread: Thread, oto: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease of the first has run out while it looked for a token."""
    thread.hear()
    thread.hear()
    id, claim = thread.answer(oto, "一"), sending.parts.claim_reply

    def be_overtaken(part: LinePart) -> bool:
        monkeypatch.setattr(sending.parts, "claim_reply", claim)
        Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        deliveries.deliver(id)
        return claim(part)

    monkeypatch.setattr(sending.parts, "claim_reply", be_overtaken)
    assert state(thread.deliver(id)) == ("accepted", "")
    assert (len(thread.account.replies()), thread.account.pushes()) == (1, [])
    assert ReplyToken.objects.filter(used_at=None).count() == 1


def test_what_line_may_have_taken_is_not_said_to_have_failed_because_they_block_us_then(
    thread: Thread, oto: Actor
) -> None:
    thread.account.fault(PUSH, "error_after_accept")
    id = thread.answer(oto, "一")
    assert thread.deliver(id).state == "queued"
    LineChat.objects.update(friend="blocked")
    assert state(thread.deliver(id)) == ("unknown", "unknown_outcome")
    LineChat.objects.update(friend="friend")
    deliveries.retry(oto, message_id=id)
    assert state(thread.deliver(id)) == ("accepted", "")
    assert len(set(keys(thread.account))) == 1, "LINE knows that it has taken it"
    assert thread.phone.texts() == ["一"]


def test_a_name_is_not_taken_off_what_line_may_have_already(
    thread: Thread, oto: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it, it would be another call, with another key: it could arrive twice."""
    thread.channel.sender_name = True
    thread.channel.save()
    monkeypatch.setattr(errands, "sender_of", lambda *_: Sender("LINE"))
    thread.account.fault(PUSH, "error")
    id = thread.answer(oto, "一")
    assert thread.deliver(id).state == "queued"
    assert state(thread.deliver(id)) == ("unknown", "unknown_outcome")
    assert len(set(keys(thread.account))) == 1
