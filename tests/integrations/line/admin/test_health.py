"""How a channel does, in figures and in words."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from integrations.line.actions.health import note_error
from integrations.line.failures import LAST, failure_text
from integrations.line.health import health_of
from integrations.line.models import LineChannel, LineChat, LineEvent
from talk.channels import REASONS
from talk.models import Inbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel(db: None) -> LineChannel:
    inbox = Inbox.objects.create(name="LINE", kind=Inbox.Kind.LINE)
    names = {"channel_id": "2001234567", "bot_user_id": "U" + "0" * 32}
    return LineChannel.objects.create(inbox=inbox, **names)


def happened(channel: LineChannel, *states: str, minutes_ago: int = 1) -> None:
    chat, _ = LineChat.objects.get_or_create(channel=channel, chat_key=f"user:U{'a' * 32}")
    at = timezone.now() - timedelta(minutes=minutes_ago)
    for state in states:
        number = LineEvent.objects.count()
        event = LineEvent.objects.create(
            channel=channel,
            chat=chat,
            webhook_event_id=f"e{number}",
            type="message",
            occurred_at=at,
            state=state,
        )
        LineEvent.objects.filter(pk=event.pk).update(received_at=at)


def test_a_channel_that_has_heard_nothing_claims_nothing(channel: LineChannel) -> None:
    health = health_of(channel)
    assert (health.error_rate, health.quota_part, health.waiting) == (None, None, 0)
    assert not health.is_late
    assert not health.is_failing


def test_errors_are_those_of_a_day_and_what_waits_long_is_told(channel: LineChannel) -> None:
    happened(channel, "done", "done", "ignored", "failed")
    happened(channel, "failed", "failed", minutes_ago=25 * 60)
    happened(channel, "pending", minutes_ago=26 * 60)
    health = health_of(channel)
    assert (health.received, health.failed_received, health.error_rate) == (4, 1, 0.25)
    assert (health.waiting, health.is_late, health.is_failing) == (4, True, True)


def test_the_page_says_it_in_words(channel: LineChannel, admin: Client) -> None:
    LineChannel.objects.update(
        last_error="bad_signature",
        last_error_at=timezone.now(),
        quota={"used": 190, "limit": 200},
        quota_at=timezone.now(),
    )
    happened(channel, "pending", minutes_ago=10)
    page = admin.get(f"/admin/line/linechannel/{channel.pk}/change/").content.decode()
    assert "別のシークレットで署名されたWebhook" in page
    assert "190 / 200" in page
    assert "最も古いもの：10" in page
    listed = admin.get("/admin/line/linechannel/").content.decode()
    assert "190 / 200" in listed


def test_of_a_failure_the_code_alone_is_kept_however_long_its_detail(channel: LineChannel) -> None:
    note_error(channel.pk, f"rejected: {'messages[0].contents.body' * 20}")
    channel.refresh_from_db()
    assert channel.last_error == "rejected"


def test_every_reason_that_a_channel_gives_has_words_or_is_no_fault_of_line_s() -> None:
    ours = {
        "blocked",
        "expired",
        "file_gone",
        "left",
        "lost_workers",
        "no_channel",
        "seven_days",
        "standby",
    }
    assert REASONS - set(LAST) == ours
    assert failure_text("rejected: messages[0]") == failure_text("rejected")


def test_the_page_says_that_friends_of_before_are_not_told(
    channel: LineChannel, admin: Client
) -> None:
    url = f"/admin/line/linechannel/{channel.pk}/change/"
    assert "つなぐ前からの友だち" not in admin.get(url).content.decode()
    LineChannel.objects.update(tells_followers=False)
    assert "つなぐ前からの友だち" in admin.get(url).content.decode()


def test_customers_are_counted_as_friends_by_hand(channel: LineChannel, admin: Client) -> None:
    stranger, known = (
        LineChat.objects.create(channel=channel, chat_key=f"user:U{each * 32}") for each in "ab"
    )
    LineChat.objects.filter(id=known.id).update(friend="blocked")
    form = {"action": "befriend", "_selected_action": [str(stranger.id), str(known.id)]}
    page = admin.post("/admin/line/linechat/", form, follow=True).content.decode()
    assert "1人を友だちとして扱います" in page
    assert "1人については、LINEからすでに知らされています" in page
    assert dict(LineChat.objects.values_list("id", "friend")) == {
        stranger.id: "friend",
        known.id: "blocked",
    }
