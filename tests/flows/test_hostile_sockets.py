"""S-1, S-3, S-5, S-7, S-9, S-70, I-17, I-18 over real sockets, at both servers."""

import asyncio
import contextlib
import json
from typing import Any
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed

from tests.flows.conftest import Build
from tests.flows.link import Link, Refused
from tests.flows.stage import Crowd, Stage
from tests.site.site import Site

SOCKETS = ("/ws/console", "/ws/widget")
NOT_IDS: list[Any] = [True, 0, "0", [], {"$ne": 1}, 2**63, "1e3", "", None, "../me"]
BURST = 50  # five times the frames a second that the test allows
KEY = "dGhlIHNhbXBsZSBub25jZQ=="


# S-1


def foreign_origins(port: int) -> list[list[str]]:
    own = f"http://127.0.0.1:{port}"
    one = [
        *("https://evil.example", "null", "", "http://127.0.0.1", f"https://127.0.0.1:{port}"),
        *("http://127.0.0.1:8443", f"{own}.evil.example", f"{own}/", f"http://localhost:{port}"),
        *(f"http://user@127.0.0.1:{port}", f"ftp://127.0.0.1:{port}", f"{own} {own}"),
    ]
    return [*([each] for each in one), [], [own, own], [own, "https://evil.example"]]


@pytest.mark.parametrize("path", SOCKETS)
async def test_s1_only_our_own_exact_origin_gets_a_handshake(site: Site, path: str) -> None:
    port = site.webs.port
    for origins in foreign_origins(port):
        assert await handshake(port, path, origins) in (400, 403), origins
    assert await handshake(port, path, [site.place.origin]) == 101


async def handshake(port: int, path: str, origins: list[str]) -> int:
    """Return the status of a raw upgrade with these Origin headers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [
        *(f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: Upgrade"),
        *("Upgrade: websocket", f"Sec-WebSocket-Key: {KEY}", "Sec-WebSocket-Version: 13"),
        *(f"Origin: {origin}" for origin in origins),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    status = await asyncio.wait_for(reader.readline(), 20)
    writer.transport.abort()
    return int(status.split()[1])


# S-5, S-7


async def test_s5_a_foreign_conversation_is_missing_for_every_command_and_for_rest(
    stage: Stage,
) -> None:
    stranger, console = await stage.visitor("salon"), await stage.console()
    foreign = (await stranger.send("秘密"))["conversation"]["id"]
    text = {"client_id": str(uuid4()), "body": "x"}
    commands: dict[str, dict[str, Any]] = {
        "conversation.open": {},
        "message.send": text,
        "note.add": text,
        "conversation.assign": {"version": 2, "assignee_id": None, "team_id": None},
        "conversation.set_status": {"version": 2, "status": "resolved"},
        "conversation.read": {"seq": 1},
        "typing": {"active": True},
    }
    for name, values in commands.items():
        found = [
            await refusal(console, name, conversation_id=id, **values)
            for id in (foreign, str(uuid4()))
        ]
        assert found[0] == found[1], name
        assert found[0]["status"] == 404, name
    with pytest.raises(Refused) as refused:
        await console.get(f"conversations/{foreign}")
    assert bare(refused.value.problem) == found[0]
    unsent = str(uuid4())
    assert (await refusal(console, "delivery.retry", message_id=unsent))["status"] == 404


async def test_s7_a_visitor_finds_no_conversation_but_their_own(stage: Stage) -> None:
    visitor, other = await stage.visitor(), await stage.visitor()
    own = (await visitor.send("わたしの"))["conversation"]["id"]
    foreign = (await other.send("よその"))["conversation"]["id"]
    for name, values in (("conversation.read", {"seq": 1}), ("typing", {"active": True})):
        assert (await visitor.ask(name, conversation_id=own, **values))["type"] == "ok"
        found = [
            await refusal(visitor, name, conversation_id=id, **values)
            for id in (foreign, str(uuid4()))
        ]
        assert found[0] == found[1]
        assert found[0]["status"] == 404
    for operators_only in ("conversation.open", "note.add", "conversation.assign"):
        answer = await refusal(visitor, operators_only, conversation_id=own)
        assert answer["code"] == "bad_type"


async def refusal(client: Link, type: str, **members: Any) -> dict[str, Any]:
    with pytest.raises(Refused) as refused:
        await client.ask(type, **members)
    return bare(refused.value.problem)


def bare(problem: dict[str, Any]) -> dict[str, Any]:
    """Return what does not differ from one answer to the next."""
    return {key: value for key, value in problem.items() if key not in ("ref", "id", "type")}


# S-9


@pytest.mark.parametrize("field", ["conversation_id", "client_id"])
async def test_s9_what_is_no_id_is_named_and_the_socket_lives(stage: Stage, field: str) -> None:
    console = await stage.console()
    for wrong in NOT_IDS:
        values = {"conversation_id": str(uuid4()), "client_id": str(uuid4()), "body": "x"}
        problem = await refusal(console, "message.send", **{**values, field: wrong})
        assert (problem["status"], problem["field"]) == (400, field), wrong
    assert console.close_code is None


# I-18, S-3


async def test_i18_a_text_of_10000_characters_fits_and_one_more_does_not(stage: Stage) -> None:
    visitor = await stage.visitor()
    await visitor.send("文" * 10_000)
    with pytest.raises(Refused) as refused:
        await visitor.send("文" * 10_001)
    assert (refused.value.status, refused.value.problem["field"]) == (400, "body")
    assert len(visitor.bodies()) == 1


@pytest.mark.parametrize(
    "frame",
    [
        '{"type":"x","id":"1","deep":' + "[" * 30_000,
        "[" * 60_000,
        '{"type":"ack","n":' + "[" * 30_000,
        '{"type":"ack","n":-1}',
        '{"type":"message.send","id":"\\ud800","client_id":"x","body":"x"}',
        '{"type":"\\ud800","id":"1"}',
        '{"type":"message.send","id":"1","body":"\\udfff\\ud800"}',
        '{"type":"message.send","id":"1","body":1e999}',
        "\x00",
    ],
    ids=range(9),
)
async def test_i18_a_frame_that_is_nothing_is_refused_and_the_socket_lives(
    stage: Stage, frame: str
) -> None:
    visitor = await stage.visitor()
    await visitor.send_text(frame)
    await visitor.until(lambda: visitor.frames[-1]["type"] == "error", "the refusal")
    assert visitor.frames[-1]["status"] == 400
    await visitor.send("まだいます")


@pytest.mark.parametrize(
    ("frame", "codes"),
    [
        (json.dumps({"type": "x", "id": "1", "pad": "x" * 70_000}), {1009}),
        (b"\xff\xfe\xfd", {1007}),
    ],
    ids=["too big", "no UTF-8"],
)
async def test_s3_what_no_client_of_ours_sends_ends_the_socket(
    stage: Stage, frame: str | bytes, codes: set[int]
) -> None:
    visitor, other = await stage.visitor(), await stage.visitor()
    await visitor.send_text(frame)
    assert await visitor.until_closed() in codes
    await other.send("ほかの人には何でもない")


# S-70, I-17


async def test_s70_a_flooding_visitor_is_closed_and_nobody_else_notices(
    build: Build, crowd: Crowd, server: str
) -> None:
    with build(server=server, VISITOR_FRAMES_PER_SECOND="10") as site:
        stage = await crowd.stage(site)
        flooder, other, console = (
            await stage.visitor(),
            await stage.visitor(),
            await stage.console(),
        )
        id = (await other.send("静かに"))["conversation"]["id"]
        await console.open(id)
        await flood(flooder, BURST + 5)
        await flooder.until(lambda: is_throttled(flooder), "first it is told")
        await flood(flooder, 1_000)
        assert await flooder.until_closed() == 1008
        await console.send(id, "はい")
        await other.until(lambda: len(other.bodies()) == 2, "the answer")
        await crowd.leave()
        crowd.clients.clear()


async def flood(client: Link, count: int) -> None:
    for n in range(count):
        if client.close_code is not None:
            return
        with contextlib.suppress(ConnectionClosed):
            await client.send_text(f'{{"type":"typing","id":"{n}"}}')


def is_throttled(client: Link) -> bool:
    return any(frame.get("code") == "throttled" for frame in client.frames)
