"""What of LINE does not stay: old events, used tokens, and all of somebody who is erased."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers import retention
from customers.actions import erase
from integrations.line.actions import chats, forgetting, storing
from integrations.line.models import LineChannel, LineChat, LineEvent, ReplyToken
from integrations.line.wire import read_event
from talk.models import Inbox, Message
from tests.cast import Cast, actor
from tests.integrations.line.edges import U_A, Event, text

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
