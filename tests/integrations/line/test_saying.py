"""What LINE's words mean in ours, told without a database."""

from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.line import wire
from integrations.line.saying import words_of
from integrations.line.signature import is_signed, sign
from integrations.line.wire import Malformed
from talk import said
from talk.said import Mention


def message(kind: str, **more: Any) -> dict[str, Any]:
    return {"id": "1", "type": kind, **more}


def test_lines_own_example_of_a_signature() -> None:
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    made = sign("8c570fa6dd201bb328f1c1eac23a96d8", body)
    assert made == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="
    assert is_signed(body, made, ["other", "8c570fa6dd201bb328f1c1eac23a96d8"])
    assert not is_signed(body, made, [])
    assert not is_signed(body, "\udcff", ["other"])


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"events":{}}', b"\xff", b'{"events":[', b"[" * 9_000]
)
def test_what_is_no_webhook(body: bytes) -> None:
    with pytest.raises(Malformed):
        wire.read_webhook(body)


def test_an_event_is_read_whatever_it_holds() -> None:
    told = wire.read_event(
        {
            "type": "message",
            "timestamp": 1786000000001,
            "source": {"type": "group", "groupId": "C1", "userId": "U1"},
            "message": {"id": 7},
            "deliveryContext": {"isRedelivery": True},
        }
    )
    assert (told.type, told.mode, told.chat_key) == ("message", "", "group:C1")
    assert (told.line_message_id, told.is_redelivery) == ("7", True)
    assert told.occurred_at == datetime(2026, 8, 6, 7, 6, 40, 1_000, UTC)
    assert wire.user_id(told.raw) == "U1"


@pytest.mark.parametrize("odd", [None, True, "1786000000001", 1e300, -1e300, [], float("nan")])
def test_a_time_that_is_none_is_none(odd: object) -> None:
    assert wire.read_event({"timestamp": odd}).occurred_at is None


@pytest.mark.parametrize("odd", [None, 7, "event", [1], {"source": "U1"}, {"source": {"type": 1}}])
def test_what_is_no_event_is_still_kept(odd: object) -> None:
    told = wire.read_event(odd)
    assert (told.type, told.chat_key, len(told.webhook_event_id)) == ("", "none", 64)
    assert told.raw == (odd if isinstance(odd, dict) else {"unreadable": odd})


@pytest.mark.parametrize(
    "source",
    [{"type": "user", "userId": "U1\n"}, {"type": "user", "userId": "U" * 34}, {"type": "user"}],
)
def test_an_id_that_is_none_names_nobody(source: dict[str, Any]) -> None:
    assert wire.chat_key(source) == "none"


def test_the_same_event_has_the_same_digest_when_it_is_told_again() -> None:
    once = {"type": "follow", "timestamp": 5}
    again = {"timestamp": 5, "type": "follow", "deliveryContext": {"isRedelivery": True}}
    assert wire.event_id(once) == wire.event_id(again)
    assert wire.event_id(once) != wire.event_id({**once, "timestamp": 6})
    assert wire.event_id({**once, "webhookEventId": "01H"}) == "01H"


def test_mentions_stand_where_they_are_and_are_named_by_the_text() -> None:
    mentionees = [
        {"index": 2, "length": 4, "type": "all"},
        {"index": 7, "length": 3, "type": "user", "userId": "U1", "isSelf": True},
        {"index": 0, "length": 2, "type": "user"},
        {"index": 90, "length": 2, "type": "user"},
    ]
    told = words_of(message("text", text="🍎@All @葵さ", mention={"mentionees": mentionees}))
    assert isinstance(told.said, said.Text)
    assert told.said.mentions == [
        Mention(at=2, length=4, is_all=True, name="All"),
        Mention(at=7, length=3, is_self=True, name="葵さ"),
    ]


def test_a_place_that_is_counted_in_code_points_is_found_as_well() -> None:
    emoji = {"index": 1, "length": 6, "productId": "p", "emojiId": "1"}
    told = words_of(message("text", text="🍎(love)", emojis=[emoji]))
    assert isinstance(told.said, said.Text)
    assert [(each.at, each.length) for each in told.said.emojis] == [(2, 6)]


def test_what_fits_nowhere_is_left_as_it_was_written() -> None:
    emojis = [
        {"index": 0, "length": 3},
        {"index": -1, "length": 3},
        {"index": "0", "length": 3},
        {"length": 3},
        "love",
    ]
    assert words_of(message("text", text="abc", emojis=emojis)) == words_of(
        message("text", text="abc")
    )


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("text", {}, said.Text()),
        ("sticker", {}, said.Sticker(package_id="", sticker_id="")),
        ("sticker", {"keywords": {"a": 1}}, said.Sticker(package_id="", sticker_id="")),
        ("sticker", {"keywords": 7}, said.Sticker(package_id="", sticker_id="")),
        ("location", {"latitude": "35"}, said.Unknown(type="location")),
        ("location", {"latitude": 900, "longitude": 1}, said.Unknown(type="location")),
        ("image", {"contentProvider": 5}, said.Image(state="coming")),
        ("video", {"duration": -1}, said.Video(state="coming")),
        ("audio", {"duration": 3_000}, said.Audio(state="coming", duration_ms=3_000)),
        ("file", {"fileSize": 5}, said.File(state="coming", name="file.bin", size=5)),
        ("hologram", {}, said.Unknown(type="hologram")),
        ("", {}, said.Unknown()),
    ],
)
def test_what_is_missing_or_odd_loses_nothing_else(
    kind: str, more: dict[str, Any], expected: said.Said
) -> None:
    assert words_of(message(kind, **more)).said == expected
    said.read(said.plain(expected))
