"""What stands in the calls of a message, and in which order they leave."""

import json

import pytest

from integrations.line import errands
from integrations.line.composing import Sender
from integrations.line.models import LineMessage, LinePart, ReplyToken
from talk.errors import Invalid
from talk.policy import Actor
from tests.integrations.line import oracle
from tests.integrations.line.platform import Platform
from tests.integrations.line.sending.delivering import (
    PUSH,
    REPLY,
    state,
)
from tests.integrations.line.thread import Thread

pytestmark = pytest.mark.django_db


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
