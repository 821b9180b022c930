"""Messages that an operator asks to be sent once more."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from integrations.line import sending
from talk.actions import deliveries
from talk.models import Delivery
from talk.policy import Actor
from tests.integrations.line.sending.delivering import (
    PUSH,
    REPLY,
    Killed,
    die_before_settling,
    killed,
    state,
)
from tests.integrations.line.thread import Thread

pytestmark = pytest.mark.django_db


def test_an_operator_may_have_an_unconfirmed_message_sent_again(thread: Thread, oto: Actor) -> None:
    thread.hear()
    thread.account.fault(REPLY, "error", times=2)
    id = thread.answer(oto, "一")
    assert thread.deliver(id).state == "unknown"
    deliveries.retry(oto, message_id=id)
    assert state(thread.deliver(id)) == ("accepted", "")
    assert (len(thread.account.replies()), len(thread.account.pushes())) == (2, 1)


def test_a_push_whose_workers_were_lost_is_sent_again_with_its_own_key(
    thread: Thread, oto: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = thread.answer(oto, "一")
    die_before_settling(id, monkeypatch)
    Delivery.objects.update(lost=deliveries.MOST_LOST - 1)
    assert state(thread.deliver(id)) == ("unknown", "lost_workers")
    deliveries.retry(oto, message_id=id)
    assert state(thread.deliver(id)) == ("accepted", "")
    assert [each["status"] for each in thread.account.calls(PUSH)] == [200, 409]
    assert thread.phone.texts() == ["一"]


def test_what_has_to_wait_first_is_tried_anew_all_the_same(thread: Thread, oto: Actor) -> None:
    """The older conversation's message is asked for again as well, and has to leave before it."""
    first, second = two_refused(thread, oto)
    deliveries.retry(oto, message_id=first)
    deliveries.retry(oto, message_id=second)
    assert state(thread.deliver(second, times=2)) == ("queued", "busy")
    assert state(thread.deliver(first)) == ("accepted", "")
    assert state(thread.deliver(second)) == ("accepted", "")
    assert thread.phone.texts() == ["一", "二"]


def test_a_worker_that_dies_before_it_writes_the_new_calls_leaves_them_to_the_next(
    thread: Thread, oto: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread.account.turn(quota={"used": 200})
    id = thread.answer(oto, "一")
    assert thread.deliver(id).state == "failed"
    thread.account.turn(quota={"used": 0})
    deliveries.retry(oto, message_id=id)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "calls_of", killed)
        with pytest.raises(Killed):
            deliveries.deliver(id)
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert state(thread.deliver(id)) == ("accepted", "")
    assert thread.phone.texts() == ["一"]


def test_a_worker_that_dies_after_a_refusal_says_that_refusal_and_asks_no_more(
    thread: Thread, oto: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread.account.turn(quota={"used": 200})
    id = thread.answer(oto, "一")
    assert state(thread.deliver(id)) == ("failed", "quota")
    deliveries.retry(oto, message_id=id)
    with monkeypatch.context() as patch:
        patch.setattr(deliveries, "mark_failed", killed)
        with pytest.raises(Killed):
            deliveries.deliver(id)
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert state(thread.deliver(id)) == ("failed", "quota")
    assert len(thread.account.pushes()) == 2


def two_refused(thread: Thread, oto: Actor) -> tuple[UUID, UUID]:
    """Let one message in each of two conversations of the person fail."""
    thread.account.turn(quota={"used": 200})
    first = thread.answer(oto, "一")
    assert thread.deliver(first).state == "failed"
    thread.begin_another()
    second = thread.answer(oto, "二")
    assert thread.deliver(second).state == "failed"
    thread.account.turn(quota={"used": 0})
    return first, second
