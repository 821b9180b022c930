"""What is said, as LINE's message objects. The official SDK is asked about all of them."""

import itertools
from typing import Any
from uuid import UUID

import pytest

from integrations.line import outgoing, taps
from integrations.line.choices import Answered, answered
from integrations.line.composing import (
    Media,
    Speech,
    compose,
    encoded,
    sender_of,
    without_sender,
)
from talk.errors import Invalid
from talk.said import Location, QuickReply, Said, Sticker, Template, Text
from tests.integrations.line import oracle

ID = UUID(int=7)
HTTPS = "https://sobani.example/integrations/line/files"
IMAGE = Media("image", f"{HTTPS}/a/original.jpg", preview_url=f"{HTTPS}/a/preview.jpg")
VIDEO = Media("video", f"{HTTPS}/b/video.mp4", preview_url=f"{HTTPS}/b/cover.jpg")
AUDIO = Media("audio", f"{HTTPS}/c/audio.m4a", duration_ms=61_000)
FILE = Media("file", f"{HTTPS}/d/%E8%A6%8B%E7%A9%8D.pdf", name="見積.pdf", size=128_400)
BUTTONS = {
    "type": "buttons",
    "text": "ご用件は何ですか。",
    "actions": [
        {"type": "postback", "label": "返品", "data": "return"},
        {"type": "message", "label": "交換", "text": "交換したいです"},
        {"type": "uri", "label": "サイト", "uri": "https://shop.example/"},
    ],
}
CONFIRM = {
    "type": "confirm",
    "text": "よろしいですか。",
    "actions": [
        {"type": "postback", "label": "はい"},
        {"type": "postback", "label": "いいえ"},
    ],
}
BUBBLE = {
    "type": "bubble",
    "hero": {"type": "image", "url": "https://shop.example/tea.jpg", "size": "full"},
    "body": {
        "type": "box",
        "layout": "vertical",
        "contents": [
            {"type": "text", "text": "煎茶", "weight": "bold"},
            {"type": "text", "contents": [{"type": "span", "text": "1,200円"}]},
            {
                "type": "box",
                "layout": "baseline",
                "contents": [
                    {"type": "icon", "url": "https://shop.example/star.png"},
                    {"type": "text", "text": "4.8"},
                ],
            },
            {"type": "separator"},
            {"type": "button", "action": {"type": "postback", "label": "選ぶ", "data": "tea"}},
        ],
    },
}
CAROUSEL = {"type": "carousel", "contents": [BUBBLE, BUBBLE]}


def calls(body: str = "", told: Said | None = None, **more: Any) -> list[list[dict[str, Any]]]:
    """Compose, and have LINE's schema look at it."""
    found = compose(Speech(ID, body, told or Text(), **more))
    for messages in found:
        oracle.check_messages(messages)
    return found


def test_a_text_goes_as_it_was_written() -> None:
    assert calls("{name} 様 $ {{}}\n🍎 ") == [[{"type": "text", "text": "{name} 様 $ {{}}\n🍎 "}]]


def test_check_28_five_bubbles_go_in_one_call_and_the_order_is_kept() -> None:
    text = "".join(chr(0x4E00 + number % 5000) for number in range(26_000))
    found = calls(text)
    assert [len(each) for each in found] == [5, 1]
    assert "".join(each["text"] for each in itertools.chain(*found)) == text
    seven = tuple(Media("image", f"{HTTPS}/{n}/o.jpg", preview_url=HTTPS) for n in range(7))
    found = calls(media=seven)
    assert [len(each) for each in found] == [5, 2]
    urls = [each["originalContentUrl"] for each in itertools.chain(*found)]
    assert urls == [each.url for each in seven]


def test_files_go_as_what_line_shows_and_others_as_a_card_that_opens_them() -> None:
    [[image, video, audio, file]] = calls(media=(IMAGE, VIDEO, AUDIO, FILE))
    assert image == {
        "type": "image",
        "originalContentUrl": f"{HTTPS}/a/original.jpg",
        "previewImageUrl": f"{HTTPS}/a/preview.jpg",
    }
    assert video == {
        "type": "video",
        "originalContentUrl": f"{HTTPS}/b/video.mp4",
        "previewImageUrl": f"{HTTPS}/b/cover.jpg",
    }
    assert audio == {
        "type": "audio",
        "originalContentUrl": f"{HTTPS}/c/audio.m4a",
        "duration": 61_000,
    }
    assert (file["type"], file["altText"]) == ("flex", "ファイル：見積.pdf")
    words = [each["text"] for each in file["contents"]["body"]["contents"]]
    assert words == ["見積.pdf", "128 KB"]
    action = file["contents"]["footer"]["contents"][0]["action"]
    assert action == {"type": "uri", "label": "ファイルを開く", "uri": FILE.url}


def test_stickers_and_places() -> None:
    sticker = Sticker(package_id="446", sticker_id="1988")
    assert calls(told=sticker) == [[{"type": "sticker", "packageId": "446", "stickerId": "1988"}]]
    place = Location(latitude=35.66, longitude=139.7, title="渋谷店", address="渋谷区渋谷1-1")
    assert calls(told=place) == [
        [
            {
                "type": "location",
                "title": "渋谷店",
                "address": "渋谷区渋谷1-1",
                "latitude": 35.66,
                "longitude": 139.7,
            }
        ]
    ]


def test_the_first_bubble_that_can_quotes() -> None:
    [[first, second]] = calls("一", media=(IMAGE,), quote_token="q1")
    assert (first["quoteToken"], "quoteToken" in second) == ("q1", False)
    [[sticker]] = calls(told=Sticker(package_id="1", sticker_id="2"), quote_token="q1")
    assert sticker["quoteToken"] == "q1"
    [[image]] = calls(media=(IMAGE,), quote_token="q1")
    assert "quoteToken" not in image


def test_quick_replies_hang_on_the_last_bubble_of_the_last_call() -> None:
    replies = [QuickReply(label="はい"), QuickReply(label="あとで", text="また連絡します")]
    images = (IMAGE,) * 6
    first, last = calls("どちらですか。", Text(quick_replies=replies), media=images)
    assert not any("quickReply" in each for each in [*first, *last[:-1]])
    yes, later = (each["action"] for each in last[-1]["quickReply"]["items"])
    assert yes == {
        "type": "postback",
        "label": "はい",
        "data": taps.of_reply(ID, 0),
        "displayText": "はい",
    }
    assert later == {"type": "message", "label": "あとで", "text": "また連絡します"}


@pytest.mark.parametrize("contents", [BUTTONS, CONFIRM])
def test_buttons_and_confirmations(contents: dict[str, Any]) -> None:
    [[template]] = calls(told=Template(alt="選んでください", contents=contents))
    assert (template["type"], template["altText"]) == ("template", "選んでください")
    assert template["template"]["text"] == contents["text"]
    labels = [each["label"] for each in template["template"]["actions"]]
    assert labels == [each["label"] for each in contents["actions"]]


@pytest.mark.parametrize("contents", [BUBBLE, CAROUSEL])
def test_flex(contents: dict[str, Any]) -> None:
    [[words, flex]] = calls("こちらです。", Template(alt="煎茶", contents=contents))
    assert (words["type"], flex["type"], flex["altText"]) == ("text", "flex", "煎茶")
    assert flex["contents"]["type"] == contents["type"]


def test_each_postback_brings_back_whose_it_is_and_what_it_says() -> None:
    told = Template(
        alt="煎茶", contents=CAROUSEL, quick_replies=[QuickReply(label="なし", data="none")]
    )
    [[flex]] = calls(told=told)
    buttons = [each["body"]["contents"][-1]["action"] for each in flex["contents"]["contents"]]
    datas = [each["data"] for each in buttons]
    datas.append(flex["quickReply"]["items"][0]["action"]["data"])
    assert datas == [taps.of_reply(ID, number) for number in range(3)]
    assert CAROUSEL["contents"][0]["body"]["contents"][-1]["action"]["data"] == "tea"
    assert [answered("", told, number) for number in range(4)] == [
        Answered("煎茶", "選ぶ", "tea"),
        Answered("煎茶", "選ぶ", "tea"),
        Answered("煎茶", "なし", "none"),
        None,
    ]
    asked = Text(quick_replies=[QuickReply(label="話す", text="話す"), QuickReply(label="はい")])
    assert answered("よろしいですか。", asked, 0) == Answered("よろしいですか。", "はい", "")
    buttons_told = Template(alt="x", contents=BUTTONS)
    assert answered("", buttons_told, 0) == Answered("ご用件は何ですか。", "返品", "return")


def test_the_operator_is_named_where_line_takes_the_name() -> None:
    sender = sender_of("音", "https://sobani.example/icon.png")
    [[first, second]] = calls("一", media=(IMAGE,), sender=sender)
    assert first["sender"] == {"name": "音", "iconUrl": "https://sobani.example/icon.png"}
    assert first["sender"] == second["sender"]
    assert without_sender([first]) == [{"type": "text", "text": "一"}]
    long = sender_of("長" * 30)
    assert long is not None
    assert (long.name, long.icon_url) == ("長" * 19 + "…", "")
    assert [sender_of(name) for name in ("ＬＩＮＥ担当", "Caroline", " ")] == [None] * 3


def test_the_same_words_are_the_same_bytes() -> None:
    first, second = (encoded(calls("一🍎")[0]) for _ in range(2))
    assert first == second == '[{"type":"text","text":"一🍎"}]'


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (Text(quick_replies=[QuickReply(label="一")] * 14), "data.quick_replies"),
        (Text(quick_replies=[QuickReply(label="長" * 21)]), "data.quick_replies[0].label"),
        (Text(quick_replies=[QuickReply(label=" ")]), "data.quick_replies[0].label"),
        (
            Text(quick_replies=[QuickReply(label="一", text="長" * 301)]),
            "data.quick_replies[0].text",
        ),
        (Text(quick_replies=[QuickReply(label="一", uri="ftp://x")]), "data.quick_replies[0].uri"),
        (
            Text(quick_replies=[QuickReply(label="一", text="二", asks="camera")]),
            "data.quick_replies[0]",
        ),
        (Sticker(package_id="x", sticker_id="1"), "data.package_id"),
        (Sticker(package_id="446", sticker_id="2028"), "data.sticker_id"),
        (Sticker(package_id="1", sticker_id="1"), "data.sticker_id"),
        (Location(latitude=1, longitude=1, title="店"), "data.address"),
        (Template(alt=" ", contents=BUBBLE), "data.alt"),
        (Template(alt="長" * 1501, contents=BUBBLE), "data.alt"),
        (Template(alt="x", contents={"type": "video"}), "data.contents.type"),
        (Template(alt="x", contents={**BUTTONS, "actions": []}), "data.contents.actions"),
        (Template(alt="x", contents={**BUTTONS, "text": "長" * 161}), "data.contents.text"),
        (
            Template(alt="x", contents={**BUTTONS, "title": "題", "text": "長" * 61}),
            "data.contents.text",
        ),
        (
            Template(alt="x", contents={**BUTTONS, "thumbnailImageUrl": "http://x.example/a.png"}),
            "data.contents.thumbnailImageUrl",
        ),
        (Template(alt="x", contents={**CONFIRM, "title": "題"}), "data.contents"),
        (
            Template(
                alt="x",
                contents={
                    **BUTTONS,
                    "actions": [{"type": "uri", "label": "x", "uri": "javascript:alert(1)"}],
                },
            ),
            "data.contents.actions[0].uri",
        ),
        (Template(alt="x", contents={"type": "bubble"}), "data.contents"),
        (Template(alt="x", contents={**BUBBLE, "colour": "red"}), "data.contents.colour"),
        (
            Template(alt="x", contents={**BUBBLE, "hero": {"type": "image", "url": "http://x"}}),
            "data.contents.hero.url",
        ),
        (
            Template(
                alt="x",
                contents={
                    "type": "bubble",
                    "body": {"type": "box", "layout": "vertical", "contents": [{"type": "text"}]},
                },
            ),
            "data.contents.body.contents[0].text",
        ),
        (
            Template(
                alt="x",
                contents={
                    "type": "bubble",
                    "footer": {
                        "type": "box",
                        "layout": "vertical",
                        "contents": [{"type": "button", "action": {"type": "uri", "uri": "x:"}}],
                    },
                },
            ),
            "data.contents.footer.contents[0].action.label",
        ),
        (
            Template(alt="x", contents={"type": "carousel", "contents": []}),
            "data.contents.contents",
        ),
        (
            Template(alt="x", contents={**BUBBLE, "body": {**BUBBLE["body"], "contents": 5}}),  # type: ignore[dict-item]
            "data.contents.body.contents",
        ),
        (
            Template(
                alt="x",
                contents={
                    "type": "bubble",
                    "body": {
                        "type": "box",
                        "layout": "vertical",
                        "contents": [{"type": "text", "text": "長" * 11_000}],
                    },
                },
            ),
            "data.contents",
        ),
    ],
)
def test_what_line_would_refuse_is_refused_when_it_is_said(told: Said, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        outgoing.check(ID, "", told)
    assert refused.value.field == field


@pytest.mark.parametrize("contents", [BUTTONS, CONFIRM, BUBBLE, CAROUSEL])
def test_what_line_takes_is_taken(contents: dict[str, Any]) -> None:
    outgoing.check(ID, "", Template(alt="x", contents=contents))


def test_the_oracle_knows_what_is_wrong() -> None:
    for wrong in (
        {"type": "text"},
        {"type": "text", "text": "a", "colour": "red"},
        {"type": "new"},
        {"type": "image", "originalContentUrl": HTTPS},
    ):
        with pytest.raises(Exception, match=r".*"):
            oracle.check_messages([wrong])
    with pytest.raises(Exception, match=r".*"):
        oracle.check_messages([{"type": "text", "text": "a"}] * 6)
