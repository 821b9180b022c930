"""Messages are refused as the platform refuses them."""

from typing import Any

import pytest

from integrations.line.simulator.checking.call import check_messages
from integrations.line.simulator.checking.lengths import graphemes
from integrations.line.simulator.web import Refused

URL = "https://shop.example/a.jpg"
YES = {"type": "message", "label": "はい", "text": "はい"}


IN_A_BOX = (
    "Must be one of the following values: [box, button, image, text, separator, filler, spacer, "
    "video]"
)


def wrong(*messages: Any, kind: str = "push", **more: Any) -> list[tuple[str, str]]:
    """Return what is told of these messages; nothing when they are accepted."""
    try:
        check_messages({"messages": [*messages], **more}, kind)
    except Refused as refused:
        return [(one["property"], one["message"]) for one in refused.content["details"]]
    return []


def text(text: object, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, **more}


def place(**more: Any) -> dict[str, Any]:
    return {"type": "location", "title": "店", "latitude": 35.6, "longitude": 139.7, **more}


def buttons(**more: Any) -> dict[str, Any]:
    template = {"type": "buttons", "text": "どれ？", "actions": [YES]} | more
    return {"type": "template", "altText": "どれ？", "template": template}


def flex(*contents: Any, layout: str = "vertical") -> dict[str, Any]:
    body = {"type": "box", "layout": layout, "contents": [*contents]}
    return {"type": "flex", "altText": "a", "contents": {"type": "bubble", "body": body}}


@pytest.mark.parametrize(
    "message",
    [
        text("🍎" * 2500),
        text("$", emojis=[{"index": 0, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}]),
        text("a", quickReply={"items": [{"type": "action", "action": YES}] * 13}),
        text("a", sender={"name": "葵", "iconUrl": URL}),
        text("{name}"),
        {"type": "sticker", "packageId": "446", "stickerId": "1988"},
        {"type": "image", "originalContentUrl": URL, "previewImageUrl": URL},
        {"type": "video", "originalContentUrl": URL, "previewImageUrl": URL, "trackingId": "t"},
        {"type": "audio", "originalContentUrl": URL, "duration": 1000},
        {
            "type": "location",
            "title": "店",
            "address": "東京",
            "latitude": 35.6,
            "longitude": 139.7,
        },
        buttons(),
        {
            "type": "template",
            "altText": "a",
            "template": {"type": "confirm", "text": "はい？", "actions": [YES, YES]},
        },
        flex({"type": "text", "text": "a"}, {"type": "button", "action": YES}),
        flex({"type": "icon", "url": URL}, {"type": "text", "text": "a"}, layout="baseline"),
        {"type": "textV2", "text": "{{ {who} }}", "substitution": {"who": {"type": "mention"}}},
    ],
)
def test_what_is_right_passes(message: dict[str, Any]) -> None:
    assert wrong(message) == []


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (text("🍎" * 2501), ("messages[0].text", "Length must be between 0 and 5000")),
        (text(" "), ("messages[0].text", "May not be empty")),
        (text(None), ("messages[0].text", "May not be empty")),
        (
            text("a", emojis=[{"index": 0, "productId": "p", "emojiId": "1"}]),
            ("messages[0].emojis[0].index", "The specified character must be $"),
        ),
        (
            text("a", quickReply={"items": [{"type": "action", "action": YES}] * 14}),
            ("messages[0].quickReply.items", "Size must be between 1 and 13"),
        ),
        (
            text("a", sender={"name": "a" * 21}),
            ("messages[0].sender.name", "Length must be between 0 and 20"),
        ),
        (
            text("a", sender={"name": "LINE担当"}),
            ("messages[0].sender.name", "Contains a word that is not allowed"),
        ),
        (
            {"type": "image", "originalContentUrl": "http://a.example/", "previewImageUrl": URL},
            ("messages[0].originalContentUrl", "invalid uri scheme"),
        ),
        (
            {"type": "image", "originalContentUrl": URL + "?あ", "previewImageUrl": URL},
            ("messages[0].originalContentUrl", "Invalid URI: must be percent-encoded"),
        ),
        (
            {"type": "audio", "originalContentUrl": URL},
            ("messages[0].duration", "May not be null"),
        ),
        (
            {
                "type": "location",
                "title": "店",
                "address": "a" * 101,
                "latitude": 1,
                "longitude": 1,
            },
            ("messages[0].address", "Length must be between 0 and 100"),
        ),
        (
            buttons(actions=[YES] * 5),
            ("messages[0].template.actions", "Size must be between 1 and 4"),
        ),
        (
            buttons(title="題", text="a" * 61),
            ("messages[0].template.text", "Length must be between 0 and 60"),
        ),
        (
            buttons(actions=[{**YES, "label": "あ" * 21}]),
            ("messages[0].template.actions[0].label", "Length must be between 0 and 20"),
        ),
        (
            flex({"type": "movie"}),
            (
                "messages[0].contents.body.contents[0].type",
                IN_A_BOX,
            ),
        ),
        (
            {"type": "textV2", "text": "{who}"},
            ("messages[0].substitution.who", "May not be null"),
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    message: dict[str, Any], told: tuple[str, str]
) -> None:
    assert wrong(message) == [told]


def test_a_call_has_one_to_five_messages() -> None:
    assert wrong() == [("messages", "Size must be between 1 and 5")]
    assert wrong(*[text("a")] * 5) == []
    assert wrong(*[text("a")] * 6) == [("messages", "Size must be between 1 and 5")]


def test_all_that_is_wrong_is_told_at_once() -> None:
    unit = {"customAggregationUnits": ["a b"]}
    assert [place for place, _ in wrong(text(""), {"type": "file"}, **unit)] == [
        "messages[0].text", "messages[1].type", "customAggregationUnits[0]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "count"),
    [
        ("abc", 3),
        ("が", 1),
        ("か\u3099", 1),
        ("👨‍👩‍👧‍👦", 1),
        ("🇯🇵🇯🇵", 2),
        ("👍🏽", 1),
        ("1️⃣", 1),
        ("", 0),
    ],
)
def test_characters_are_counted_as_readers_count(shown: str, count: int) -> None:
    assert graphemes(shown) == count
