"""What a month allows, and who learns of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.line import quota
from talk.models import Conversation, Inbox
from talk.policy import Actor
from tests.integrations.line.sending.delivering import PUSH, state
from tests.integrations.line.thread import Thread

pytestmark = pytest.mark.django_db


def test_the_months_end_is_told_from_haste_by_the_quota(thread: Thread, oto: Actor) -> None:
    thread.account.turn(quota={"used": 200})
    assert state(thread.deliver(thread.answer(oto, "一"))) == ("failed", "quota")
    assert len(thread.account.pushes()) == 1
    told = Inbox.objects.get(id=thread.channel.pk).channel["quota"]
    assert (told["used"], told["limit"]) == (200, 200)
    thread.account.turn(quota={"used": 10})
    for fault in ("rate", "same_user"):
        thread.account.fault(PUSH, fault)
        id = thread.answer(oto, fault)
        assert state(thread.deliver(id)) == ("queued", "busy: 429")
        assert state(thread.deliver(id)) == ("accepted", "")
    assert thread.phone.texts() == ["rate", "same_user"]


def test_what_a_broadcast_has_reserved_is_waited_for(thread: Thread, oto: Actor) -> None:
    thread.account.turn(quota={"used": 10, "reserved": 190})
    id = thread.answer(oto, "一")
    assert state(thread.deliver(id)) == ("queued", "busy: 429")
    thread.account.turn(quota={"reserved": 0})
    assert state(thread.deliver(id)) == ("accepted", "")


def test_pushes_count_until_line_tells(thread: Thread, oto: Actor) -> None:
    thread.channel.quota, thread.channel.quota_at = {"used": 7, "limit": 200}, timezone.now()
    thread.channel.save()
    thread.deliver(thread.answer(oto, "一"))
    told = Inbox.objects.get(id=thread.channel.pk).channel["quota"]
    assert (told["used"], told["limit"]) == (8, 200)


def test_the_composer_learns_that_the_free_answer_is_gone(thread: Thread, oto: Actor) -> None:
    thread.hear()
    thread.deliver(thread.answer(oto, "一"))
    told = Conversation.objects.get(id=thread.conversation.id).channel
    assert (told["can_send"], told["free_until"]) == (True, None)


def test_a_new_month_begins_in_japan_and_forgets_the_old_count(
    thread: Thread, oto: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota.wakes.quotas, "tell", quota.look_again)
    begin = quota._months_begin()
    assert (begin.day, begin.hour, begin.utcoffset()) == (1, 0, timedelta(hours=9))
    thread.channel.quota = {"used": 199, "limit": 200}
    now = timezone.now()
    thread.channel.quota_at = now - timedelta(seconds=4)
    thread.channel.save()
    monkeypatch.setattr(quota, "_months_begin", lambda: now - timedelta(seconds=2))
    assert quota.stale_channels() == [thread.channel.pk]
    thread.deliver(thread.answer(oto, "一"))
    told = Inbox.objects.get(id=thread.channel.pk).channel["quota"]
    assert (told["used"], told["limit"]) == (1, 200)
