"""Messages on their way to LINE: for nothing where that goes, once in any case."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from integrations.line import client, errands, quota, sending
from integrations.line.actions import parts
from integrations.line.actions.standing import tell_standing
from integrations.line.composing import Sender
from integrations.line.models import LineChat, LineMessage, LinePart, ReplyToken
from talk.actions import deliveries
from talk.actions.attachments import store_upload
from talk.errors import CannotSend, Invalid
from talk.models import Conversation, Delivery, Inbox
from talk.policy import Actor
from tests.cast import Cast, actor
from tests.integrations.line import oracle
from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.platform import Platform
from tests.integrations.line.thread import Thread

pytestmark = pytest.mark.django_db
REPLY, PUSH = "POST /v2/bot/message/reply", "POST /v2/bot/message/push"
QUOTA = "GET /v2/bot/message/quota"


@pytest.fixture
def account(platform: Platform, settings: Settings) -> OfficialAccount:
    settings.LINE_API_BASE = settings.LINE_DATA_BASE = platform.base
    return platform.account()


@pytest.fixture
def thread(account: OfficialAccount) -> Iterator[Thread]:
    thread = Thread(account)
    yield thread
    for body in account.replies():
        oracle.check_reply(body)
    for body in account.pushes():
        oracle.check_push(body)
    client.close()


@pytest.fixture
def oto(thread: Thread) -> Actor:
    cast = Cast()
    cast.__dict__["shop"] = Inbox.objects.get(id=thread.channel.pk)
    return actor(cast.aoi)


def keys(account: OfficialAccount) -> list[str]:
    return [each["headers"].get("x-line-retry-key", "") for each in account.calls(PUSH)]


def state(delivery: Delivery) -> tuple[str, str]:
    return delivery.state, delivery.reason


class Killed(BaseException):
    pass


def die_before_settling(id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliver in a worker that is killed once LINE has answered; let its lease run out."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sending.parts, "settle", die)
        with pytest.raises(Killed):
            deliveries.deliver(id)
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))


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


def test_what_line_calls_our_bubbles_is_kept_and_what_was_said_is_not(
    thread: Thread, oto: Actor
) -> None:
    thread.hear()
    thread.deliver(thread.answer(oto, "一"))
    part = LinePart.objects.get()
    bubble = thread.phone.look()["bubbles"][-1]
    assert part.sent == [{"id": bubble["id"], "quoteToken": bubble["quote_token"]}]
    assert (part.messages, part.state, part.method) == ("", "accepted", "reply")
    assert part.request_id == thread.account.calls(REPLY)[0]["request_id"]
    note = LineMessage.objects.get(is_ours=True)
    assert (note.line_id, note.quote_token) == (bubble["id"], bubble["quote_token"])
    assert ReplyToken.objects.get().token == ""


def test_a_refused_token_is_followed_by_one_push(thread: Thread, oto: Actor) -> None:
    thread.hear()
    ReplyToken.objects.update(token="no-such-token")
    assert state(thread.deliver(thread.answer(oto, "一"))) == ("accepted", "")
    assert (len(thread.account.replies()), len(thread.account.pushes())) == (1, 1)
    assert thread.phone.texts() == ["一"]


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


def test_an_operator_may_have_an_unconfirmed_message_sent_again(thread: Thread, oto: Actor) -> None:
    thread.hear()
    thread.account.fault(REPLY, "error", times=2)
    id = thread.answer(oto, "一")
    assert thread.deliver(id).state == "unknown"
    deliveries.retry(oto, message_id=id)
    assert state(thread.deliver(id)) == ("accepted", "")
    assert (len(thread.account.replies()), len(thread.account.pushes())) == (2, 1)


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
    thread.conversation = Conversation.objects.create(
        inbox_id=thread.channel.pk,
        customer_id=thread.profile.customer_id,
        profile=thread.profile,
        last_at=timezone.now(),
    )
    second = thread.answer(oto, "二")
    assert state(thread.deliver(second)) == ("queued", "busy")
    assert state(thread.deliver(first)) == ("accepted", "")
    assert state(thread.deliver(second)) == ("accepted", "")
    assert thread.phone.texts() == ["一", "二"]


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


def test_calls_of_one_message_leave_in_their_order_and_stop_where_one_does(
    thread: Thread, oto: Actor
) -> None:
    thread.hear()
    id = thread.answer(oto, "🍎" * 10_000)
    sticker = thread.answer(
        oto, data={"kind": "sticker", "package_id": "446", "sticker_id": "1988"}
    )
    body = "".join(chr(0x4E00 + number % 5000) for number in range(10_000))
    assert thread.deliver(id).state == "accepted"
    assert thread.deliver(sticker).state == "accepted"
    long = thread.answer(oto, body)
    assert thread.deliver(long).state == "accepted"
    texts = thread.phone.texts()
    assert [len(each) for each in texts] == [2500] * 4 + [5000] * 2
    assert "".join(texts[4:]) == body


def test_of_two_calls_the_first_is_not_repeated_when_the_second_fails(
    thread: Thread, oto: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.line.composing.CALL_BUBBLES", 2)
    thread.hear()
    thread.account.fault(PUSH, "error")
    id = thread.answer(oto, "🍎" * 10_000)
    assert thread.deliver(id).state == "queued"
    assert thread.deliver(id).state == "accepted"
    assert [len(each["messages"]) for each in thread.account.replies()] == [2]
    assert [len(each["messages"]) for each in thread.account.pushes()] == [2, 2]
    assert len(thread.phone.texts()) == 4
    assert list(LinePart.objects.order_by("position").values_list("method", flat=True)) == [
        "reply",
        "push",
    ]


def test_an_answer_quotes_what_it_answers(thread: Thread, oto: Actor) -> None:
    told = thread.hear()
    quoted = thread.keep(told)
    thread.deliver(thread.answer(oto, "一", data={"quoted": {"message_id": str(quoted.id)}}))
    [sent] = thread.account.replies()
    assert sent["messages"][0]["quoteToken"] == thread.bubble(told.message_id)["quote_token"]


def test_what_line_gave_no_token_for_is_not_quoted_and_a_quote_needs_words(
    thread: Thread, oto: Actor
) -> None:
    quoted = thread.keep(thread.hear())
    quote = {"quoted": {"message_id": str(quoted.id)}}
    place = {"kind": "location", "latitude": 1, "longitude": 1, "title": "店", "address": "町"}
    with pytest.raises(Invalid) as bare:
        thread.answer(oto, "", data={**place, **quote})
    LineMessage.objects.update(quote_token="")
    with pytest.raises(Invalid) as without:
        thread.answer(oto, "一", data=quote)
    assert (bare.value.field, without.value.field) == ("data.quoted.alone", "data.quoted")


def test_the_operators_name_is_left_out_where_line_refuses_it(
    thread: Thread, oto: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread.channel.sender_name = True
    thread.channel.save()
    thread.hear()
    thread.deliver(thread.answer(oto, "一"))
    assert thread.account.replies()[0]["messages"][0]["sender"] == {"name": "aoi"}
    monkeypatch.setattr(errands, "sender_of", lambda *_: Sender("LINE"))
    thread.hear()
    assert state(thread.deliver(thread.answer(oto, "二"))) == ("accepted", "")
    named, plain = (each["messages"][0] for each in thread.account.replies()[1:])
    assert ("sender" in named, plain) == (True, {"type": "text", "text": "二"})
    assert thread.account.pushes() == []


def test_quick_replies_and_their_taps(thread: Thread, oto: Actor) -> None:
    thread.hear()
    replies = [{"label": "はい"}, {"label": "いいえ", "text": "いいえ"}]
    thread.deliver(thread.answer(oto, "よろしいですか。", data={"quick_replies": replies}))
    [bubble] = thread.phone.bubbles()
    assert [each["action"]["label"] for each in bubble["quickReply"]["items"]] == ["はい", "いいえ"]


def test_the_composer_learns_that_the_free_answer_is_gone(thread: Thread, oto: Actor) -> None:
    thread.hear()
    thread.deliver(thread.answer(oto, "一"))
    told = Conversation.objects.get(id=thread.conversation.id).channel
    assert (told["can_send"], told["free_until"]) == (True, None)


def test_what_we_send_is_what_the_schema_allows(thread: Thread, oto: Actor) -> None:
    """The fixture asks it about all bodies of these tests; here is that it was asked."""
    thread.hear()
    thread.deliver(thread.answer(oto, "一"))
    [body] = thread.account.replies()
    assert json.dumps(body)
    with pytest.raises(AssertionError):
        oracle.check_reply({**body, "unknown": 1})


def test_the_platform_asks_the_schema_about_whatever_our_client_sends(
    platform: Platform, thread: Thread, oto: Actor
) -> None:
    before = platform.check_schema()
    thread.hear()
    thread.deliver(thread.answer(oto, "一"))
    thread.deliver(thread.answer(oto, "二"))
    assert platform.check_schema() == before + 2
    good = {"to": thread.phone.user_id, "messages": [{"type": "text", "text": "一"}]}
    bad = {**good, "messages": [{"type": "text", "text": "一", "colour": "red"}]}
    assert oracle.check_all([json.dumps(["/v2/bot/message/push", good])]) == 1
    with pytest.raises(AssertionError):
        oracle.check_all([json.dumps(["/v2/bot/message/push", bad])])


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
