"""What each command is answered with is what `docs/protocol.md` says."""

from typing import Any, get_args
from uuid import uuid4

import msgspec
from msgspec import Struct

from talk import protocol
from talk.sockets.answered import ANSWERS
from tests.flows.client import Console, Visitor
from tests.flows.stage import Stage

Frame = dict[str, Any]


class Asker:
    """Asks by command type, and keeps what each was answered."""

    def __init__(self) -> None:
        self.heard: dict[type[protocol.Command], Frame] = {}

    async def ask(
        self, client: Console | Visitor, kind: type[protocol.Command], **members: Any
    ) -> Frame:
        answer = await client.ask(str(kind.__struct_config__.tag), **members)
        assert answer.pop("type") == "ok"
        assert answer.pop("id")
        self.heard[kind] = answer
        return answer


async def test_every_command_is_answered_with_the_rows_that_are_written_down(
    stage: Stage,
) -> None:
    visitor, console = await stage.visitor(), await stage.console()
    asker = Asker()
    said = await asker.ask(visitor, protocol.VisitorSend, client_id=str(uuid4()), body="質問です")
    here = {"conversation_id": said["conversation"]["id"]}
    await asker.ask(visitor, protocol.VisitorTyping, **here, active=True)
    await asker.ask(console, protocol.OpenConversation, **here)
    await asker.ask(console, protocol.Read, **here, seq=1)
    await asker.ask(console, protocol.Typing, **here, active=True)
    words = {"client_id": str(uuid4()), "body": "回答です"}
    await asker.ask(console, protocol.SendMessage, **here, **words)
    await asker.ask(visitor, protocol.VisitorRead, **here, seq=2)
    noted = await asker.ask(
        console, protocol.AddNote, **here, client_id=str(uuid4()), body="メモです"
    )
    taken = {"assignee_id": console.operator["id"], "team_id": None}
    version = (await console.get(f"conversations/{here['conversation_id']}"))["version"]
    assert version >= noted["note"]["version"]
    mine = await asker.ask(console, protocol.Assign, **here, version=version, **taken)
    done = await asker.ask(
        console, protocol.SetStatus, **here, version=version_of(mine), status="resolved"
    )
    await asker.ask(console, protocol.SetLabels, **here, version=version_of(done), label_ids=[])
    await asker.ask(console, protocol.CloseConversation, **here)
    # Only the delivery of a channel fails and is tried again: `tests/talk/test_deliveries.py`.
    assert set(asker.heard) == set(ANSWERS) - {protocol.RetryDelivery}
    for kind, answer in asker.heard.items():
        assert names_in(answer) == names_of(ANSWERS[kind]), kind
        msgspec.convert(answer, ANSWERS[kind])


def version_of(answer: Frame) -> int:
    return int(answer["conversation"]["version"])


def names_in(answer: Frame) -> dict[str, set[str]]:
    """Return the members of an answer, each with those of its row."""
    return {name: set(row) if isinstance(row, dict) else set() for name, row in answer.items()}


def names_of(answer: type[Struct]) -> dict[str, set[str]]:
    """Return the same of what is written down; an operator may read what may be null."""
    return {field.encode_name: row_of(field.type) for field in msgspec.structs.fields(answer)}


def row_of(kind: Any) -> set[str]:
    rows = [each for each in (kind, *get_args(kind)) if hasattr(each, "__struct_fields__")]
    return set(rows[0].__struct_fields__) if rows else set()
