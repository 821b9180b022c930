"""What a client may say, and how it is told what was wrong."""

from uuid import uuid4

import msgspec
import pytest
from django.core.management import call_command

from talk import protocol
from talk.errors import BadType, Invalid
from talk.protocol import CONSOLE_COMMANDS, Parser, SendMessage

PARSER = Parser(CONSOLE_COMMANDS)


def parse(frame: object) -> protocol.Command:
    text = msgspec.json.encode(frame).decode()
    return PARSER.parse(protocol.parse_envelope(text), text)


def frame(**changes: object) -> dict[str, object]:
    good = {
        "type": "message.send",
        "id": "1",
        "conversation_id": str(uuid4()),
        "client_id": str(uuid4()),
        "body": "こんにちは",
    }
    return {**good, **changes}


def test_a_good_frame_becomes_its_command() -> None:
    command = parse(frame())
    assert isinstance(command, SendMessage)
    assert command.body == "こんにちは"


@pytest.mark.parametrize("kind", ["base", "__class__", "chat.message", "websocket.disconnect", ""])
def test_s4_an_unknown_type_is_one_answer_without_details(kind: str) -> None:
    with pytest.raises(BadType) as refused:
        parse(frame(type=kind))
    problem = refused.value.as_dict()
    assert problem["code"] == "bad_type"
    assert "object" not in problem["detail"]


@pytest.mark.parametrize("id", [True, 0, "0", [], {"$ne": 1}, 2**63, 1e3, None, "a" * 36])
def test_s9_an_id_is_a_uuid_and_nothing_else(id: object) -> None:
    with pytest.raises(Invalid) as refused:
        parse(frame(conversation_id=id))
    assert refused.value.field == "conversation_id"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"body": "x" * 10_001}, "body"),
        ({"body": "a\x00b"}, "body"),
        ({"body": 5}, "body"),
        ({"role": "administrator"}, "role"),
        ({"id": "x" * 65}, "id"),
        ({"attachment_ids": [str(uuid4())] * 11}, "attachment_ids"),
    ],
)
def test_bad_input_names_its_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(frame(**change))
    assert refused.value.field == field


def test_a_missing_field_is_named() -> None:
    good = frame()
    del good["client_id"]
    with pytest.raises(Invalid) as refused:
        parse(good)
    assert refused.value.field == "client_id"


@pytest.mark.parametrize("text", ["", "nonsense", "[]", '"x"', "{", "[" * 30_000, "\ud800"])
def test_what_is_no_frame_is_refused_calmly(text: str) -> None:
    with pytest.raises(Invalid):
        protocol.parse_envelope(text)


def test_what_describes_the_protocol_is_current() -> None:
    call_command("protocol", "--check")
