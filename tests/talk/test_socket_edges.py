"""What a socket does after its end, when we are wrong, and when its client is too fast."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from structlog.contextvars import get_contextvars

from talk.buckets import Bucket
from talk.live import Live
from talk.models import Message
from talk.protocol import Command
from talk.sockets.widget import VisitorSocket
from tests.asynchronous import in_database
from tests.cast import Guest

pytestmark = pytest.mark.django_db(transaction=True)
Frame = dict[str, Any]
Step = Frame | Callable[[VisitorSocket], None]


def hello(guest: Guest) -> Frame:
    who = {"inbox": guest.inbox.public_id, "token": guest.token}
    return {"type": "hello", "protocol": 1, "resume": None, **who}


def written(body: str = "こんにちは") -> Frame:
    ids = {"id": uuid4().hex, "client_id": str(uuid4())}
    return {"type": "message.send", "body": body, **ids}


class Broken(VisitorSocket):
    async def handle(self, command: Command) -> None:
        raise ZeroDivisionError


async def run(
    guest: Guest,
    steps: list[Frame | Callable[[VisitorSocket], None]],
    *,
    kind: type = VisitorSocket,
) -> list[Frame]:
    """Let a client say all this, one step a moment; return what it was told, closes among it."""
    told: list[Frame] = []
    left: list[Any] = [hello(guest), *steps]

    async def receive() -> Frame:
        await asyncio.sleep(0.1)
        while left and callable(left[0]):
            left.pop(0)(socket)
        if not left:
            await asyncio.sleep(0.3)
            return {"type": "websocket.disconnect"}
        return {"type": "websocket.receive", "text": json.dumps(left.pop(0), separators=(",", ":"))}

    async def send(message: Frame) -> None:
        text = json.loads(message["text"]) if "text" in message else message
        told.extend(text if isinstance(text, list) else [text])

    socket = kind({"headers": [], "client": None}, send)
    await socket.run(receive)
    return [frame for frame in told if frame["type"] != "ready"]


def bodies() -> list[str]:
    return list(Message.objects.values_list("body", flat=True))


async def test_who_has_been_sent_away_is_not_obeyed_any_more(alive: Live, newcomer: Guest) -> None:
    await run(newcomer, [written("前")])
    told = await run(newcomer, [VisitorSocket.revoke, written("後")])
    assert [frame.get("code") for frame in told] == [4009]
    assert await in_database(bodies)() == ["前"]


async def test_a_mistake_of_ours_is_answered_and_the_socket_lives(
    alive: Live, newcomer: Guest
) -> None:
    first, second = written(), written()
    told = await run(newcomer, [first, second], kind=Broken)
    assert [(each["id"], each["status"], each["code"]) for each in told] == [
        (first["id"], 500, "unexpected"),
        (second["id"], 500, "unexpected"),
    ]
    assert "ZeroDivision" not in str(told)


async def test_what_is_logged_about_a_command_goes_by_the_browsers_own_id(
    alive: Live, newcomer: Guest
) -> None:
    bound: list[str] = []

    class Listening(VisitorSocket):
        async def handle(self, command: Command) -> None:
            bound.append(get_contextvars()["request_id"])

    said = written()
    typed = {"type": "typing", "id": "t-1", "conversation_id": str(uuid4()), "active": True}
    await run(newcomer, [said, typed], kind=Listening)
    assert bound == [said["client_id"], "t-1"]


async def test_credit_is_taken_even_from_who_is_too_fast(alive: Live, newcomer: Guest) -> None:
    taken: list[int] = []

    def empty(socket: VisitorSocket) -> None:
        socket._bucket = Bucket(per_second=0.001, burst=1)
        socket._bucket.take()
        socket.outbox.acknowledge = taken.append  # type: ignore[method-assign]  # to see it come

    told = await run(newcomer, [empty, {"type": "ack", "n": 3}])
    assert (taken, told) == ([3], [])
    [refused] = await run(newcomer, [empty, written()])
    assert (refused["status"], refused["code"]) == (429, "throttled")


@pytest.mark.parametrize(("characters", "code"), [(21_000, None), (22_500, 1009)])
async def test_a_frame_is_measured_in_bytes(
    alive: Live, newcomer: Guest, characters: int, code: int | None
) -> None:
    class Raw(VisitorSocket):
        async def _take(self, message: Frame) -> None:
            await super()._take({**message, "text": '{"type":"' + "あ" * characters + '"}'})

    told = await run(newcomer, [written()], kind=Raw)
    assert [frame.get("code") for frame in told] == [code or "bad_type"]
