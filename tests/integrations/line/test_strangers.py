"""Friends of before the account was connected, whose following nobody has told us."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from integrations.line import client, followers
from integrations.line.actions import strangers
from integrations.line.models import LineChannel, LineChat
from talk.models import Conversation
from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.platform import Platform
from tests.integrations.line.thread import Thread

pytestmark = pytest.mark.django_db
LIST = "GET /v2/bot/followers/ids"
LONG_AGO = timedelta(days=8)


@pytest.fixture
def account(platform: Platform, settings: Settings) -> OfficialAccount:
    settings.LINE_API_BASE = settings.LINE_DATA_BASE = platform.base
    return platform.account()


@pytest.fixture
def thread(account: OfficialAccount) -> Thread:
    """Of somebody who is a friend at LINE's, and of whom we know nothing."""
    client.close()
    thread = Thread(account)
    thread.hear(seconds_ago=LONG_AGO.total_seconds())
    LineChat.objects.update(friend="unknown", friend_at=None)
    return thread


def can_send(thread: Thread) -> bool:
    return bool(Conversation.objects.get(id=thread.conversation.id).channel["can_send"])


def test_a_verified_account_is_told_who_its_friends_are(thread: Thread) -> None:
    thread.account.turn(is_verified=True)
    assert followers.due_channels() == [thread.channel.pk]
    followers.ask(thread.channel.pk)
    assert LineChat.objects.get(id=thread.chat.id).friend == "friend"
    assert can_send(thread)
    assert followers.due_channels() == []


def test_the_list_is_read_to_its_end(thread: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        thread.account.phone().follow()
    monkeypatch.setattr(followers, "PAGE", 1)
    thread.account.turn(is_verified=True)
    followers.ask(thread.channel.pk)
    assert LineChat.objects.get(id=thread.chat.id).friend == "friend"


def test_who_is_no_friend_stays_a_stranger(thread: Thread) -> None:
    thread.account.turn(is_verified=True)
    thread.phone.block()
    thread.account.phone().follow()
    followers.ask(thread.channel.pk)
    assert LineChat.objects.get(id=thread.chat.id).friend == "unknown"
    channel = LineChannel.objects.get(pk=thread.channel.pk)
    assert channel.tells_followers is True
    assert followers.due_channels() == [], "not before tomorrow"
    LineChannel.objects.update(followers_at=timezone.now() - timedelta(days=1, seconds=1))
    assert followers.due_channels() == [thread.channel.pk]


def test_others_are_told_nothing_and_are_asked_no_more_today(thread: Thread) -> None:
    followers.ask(thread.channel.pk)
    channel = LineChannel.objects.get(pk=thread.channel.pk)
    assert (channel.tells_followers, len(thread.account.calls(LIST))) == (False, 1)
    assert followers.due_channels() == []


def test_where_line_does_not_answer_it_is_asked_again_within_minutes(thread: Thread) -> None:
    thread.account.turn(is_verified=True)
    thread.account.fault(LIST, "error")
    followers.ask(thread.channel.pk)
    assert LineChannel.objects.get(pk=thread.channel.pk).tells_followers is None
    at = LineChannel.objects.get(pk=thread.channel.pk).followers_at
    assert at is not None
    assert timedelta(hours=23, minutes=50) < timezone.now() - at < timedelta(hours=24)


def test_what_they_have_told_since_stands(thread: Thread) -> None:
    """They block us while the list is read."""
    LineChat.objects.update(friend="blocked", friend_at=timezone.now())
    strangers.befriend(thread.channel.pk, [thread.phone.user_id], at=timezone.now())
    assert LineChat.objects.get(id=thread.chat.id).friend == "blocked"


def test_an_administrator_may_say_that_somebody_is_a_friend(thread: Thread) -> None:
    assert strangers.befriend_one(thread.chat.id, timezone.now())
    assert can_send(thread)
    assert not strangers.befriend_one(thread.chat.id, timezone.now()), "known already"
