"""I-16: who asks and never reads costs at most a mebibyte, is closed with 4008, and comes back."""

import asyncio
import contextlib
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

import psutil

from tests.flows.conftest import Build
from tests.flows.stage import Crowd, Stage
from tests.server.raw import CLOSE, TEXT, RawWebsocket, masked
from tests.server.running import wait_for
from tests.site.site import Site

MIB = 1 << 20
READERS = 24
NOISE = 16 * MIB  # of two allocators; what each of the clients asks for is 30 MB
COMMANDS = 1_000
BODY = "長" * 10_000


async def test_i16_a_client_that_asks_without_end_and_never_reads(
    build: Build, crowd: Crowd, server: str
) -> None:
    """Its answers have 30 KB each: they were bounded by number only, and are by their bytes."""
    limits = ("--limit=stall_seconds=3", "--limit=linger_seconds=300")
    with build(server=server, limits=limits) as site:
        stage = await crowd.stage(site)
        visitors = [await stage.visitor() for _ in range(READERS)]
        asked: list[dict[str, Any]] = [{"client_id": str(uuid4()), "body": BODY} for _ in visitors]
        for visitor, command in zip(visitors, asked, strict=True):
            await visitor.ask("message.send", **command)
        before = memory(site)
        with contextlib.ExitStack() as stack:
            mutes = [stack.enter_context(mute(site, visitor.guest)) for visitor in visitors]
            pairs = zip(mutes, asked, strict=True)
            with ThreadPoolExecutor(READERS) as threads:  # all hold their mebibyte at once
                taken = sum(await asyncio.to_thread(list, threads.map(ask, pairs)))
            grown = memory(site) - before
            assert taken < READERS * COMMANDS // 2, "the server went on reading commands"
            await asyncio.to_thread(wait_for, partial(are_closed, site))
            codes = [await asyncio.to_thread(close_code, each) for each in mutes]
        assert codes == [4008] * READERS
        assert grown < READERS * MIB + NOISE
        await comes_back(stage)
        await crowd.leave()
        crowd.clients.clear()


async def comes_back(stage: Stage) -> None:
    visitor = await stage.visitor()
    await visitor.send("まだいます")
    assert visitor.bodies() == ["まだいます"]


@contextlib.contextmanager
def mute(site: Site, guest: dict[str, str]) -> Iterator[RawWebsocket]:
    """A visitor's socket that has said hello, and has small buffers."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(20)
        connection.connect(("127.0.0.1", site.place.port))
        raw = RawWebsocket(connection, "/ws/widget", origin=site.place.origin)
        hello = {"inbox": guest["inbox"], "token": guest["token"], "resume": None}
        raw.send(TEXT, json.dumps({"type": "hello", "protocol": 1, **hello}).encode())
        assert b'"ready"' in raw.read().payload
        yield raw


def ask(pair: tuple[RawWebsocket, dict[str, Any]]) -> int:
    """Send the same again and again until the server takes no more; return how many it took."""
    raw, command = pair
    text = json.dumps({"type": "message.send", "id": "1", **command}, ensure_ascii=False)
    frame = masked(TEXT, text.encode())
    raw.connection.settimeout(2)
    for n in range(COMMANDS):
        try:
            raw.connection.sendall(frame)
        except OSError:  # nothing more fits, or it has been closed already
            return n
    return COMMANDS


def are_closed(site: Site) -> bool:
    return site.webs.log.read_text().count('"code": 4008') == READERS


def close_code(raw: RawWebsocket) -> int:
    """Read all that is there and return what the socket was closed with."""
    raw.connection.settimeout(20)
    while (frame := raw.read()).opcode != CLOSE:
        pass
    return frame.code


def memory(site: Site) -> int:
    processes = [psutil.Process(each.pid) for each in site.webs.processes]
    return sum(each.memory_info().rss for each in processes)
