"""Traps that others were measured to fall into, at a site with everything: M1-M5, M9, M13, M14.

The news goes through the channel layer here, whose Valkey is flushed, killed and started again.
(M6-M8: `tests/server`; M10: `tests/talk/test_healing`; M11: `tests/faults/test_crashes`; M12:
`tests/flows/test_races`; M15: `tests/talk/test_origins`; M16: `tests/test_source`.)
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx2
import psycopg
import pytest
import redis

from config.embedded.places import redis_url
from config.embedded.server import Server, tethered
from config.embedded.valkey import start_valkey
from tests.flows.client import Console, Visitor
from tests.flows.link import Refused
from tests.flows.stage import Crowd
from tests.flows.test_talking import softs
from tests.site.site import Site

CROWD = 120
IDLE_SECONDS = 7.0  # longer than the 5.7 s after which M5 closed every idle socket
JOB_SECONDS = 60.0
SWEEP_SECONDS = 6.0  # longer than between two looks for work
SOON_SECONDS = 5.0
CPU_SECONDS = 0.005  # each; a third of that was measured
Pair = tuple[Visitor, Console, str]


class Bell:
    """A Valkey of these tests' own."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self.url = redis_url(state)
        self.server: Server = start_valkey(state)

    def flush(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    @contextmanager
    def full(self) -> Iterator[None]:
        """Every write is refused: no key may go to make room for it."""
        with redis.Redis.from_url(self.url) as client:
            client.config_set("maxmemory-policy", "noeviction")
            client.config_set("maxmemory", 1)
            try:
                yield
            finally:
                client.config_set("maxmemory", 0)
                client.config_set("maxmemory-policy", "volatile-lru")

    def kill(self) -> None:
        assert self.server.process is not None
        self.server.process.kill()
        self.server.process.wait()

    def start(self) -> None:
        self.server = start_valkey(self._state)


@pytest.fixture(scope="module")
def bell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bell]:
    bell = Bell(tmp_path_factory.mktemp("bell"))
    yield bell
    bell.server.stop()


@pytest.fixture(scope="module")
def layered(database: str, bell: Bell, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("layered"), database, bell.url, {"RING": "layer"}) as site:
        yield site


@pytest.fixture
async def pair(crowd: Crowd, layered: Site) -> Pair:
    """A visitor, an operator who has their conversation open, and its id."""
    stage = await crowd.stage(layered)
    visitor, console = await stage.visitor(), await stage.console()
    id = (await visitor.send("はじめ"))["conversation"]["id"]
    await console.open(id)
    console.frames.clear()
    return visitor, console, id


def told(console: Console) -> list[str]:
    """Return the messages that came as events, in their order; what was fetched does not count."""
    frames = [frame for frame in console.frames if frame["type"] == "event"]
    new = [frame for frame in frames if frame["kind"] == "message.created"]
    return [frame["rows"]["message"]["body"] for frame in new]


async def all_are_told(pair: Pair, bodies: list[str]) -> None:
    _, console, _ = pair
    await console.until(lambda: set(told(console)) == set(bodies), "every message as an event")
    assert sorted(told(console)) == sorted(bodies), "one was told twice"
    assert console.close_code is None


async def typing_is_told(pair: Pair) -> None:
    visitor, console, id = pair
    for attempt in range(20):
        await visitor.ask("typing", conversation_id=id, active=attempt % 2 == 0)
        try:
            return await console.until(lambda: softs(console, "customer"), "typing", seconds=1)
        except AssertionError:
            continue
    raise AssertionError("typing has not come back")


async def test_m1_a_burst_arrives_whole(pair: Pair) -> None:
    visitor, _, _ = pair
    bodies = [str(number) for number in range(300)]
    await asyncio.gather(*(visitor.send(body) for body in bodies))
    await all_are_told(pair, bodies)


async def test_m5_an_idle_socket_lives_and_still_hears(pair: Pair, layered: Site) -> None:
    visitor, _, _ = pair
    await asyncio.sleep(IDLE_SECONDS)
    await visitor.send("まだいますか")
    await all_are_told(pair, ["まだいますか"])
    await typing_is_told(pair)
    assert visitor.close_code is None
    log = layered.webs.log.read_text()
    assert "listening" in log
    assert "channel layer lost" not in log


async def test_m2_m3_membership_that_was_forgotten_loses_nothing(pair: Pair, bell: Bell) -> None:
    """An expired group (M3) is a group that is no longer there, as after FLUSHALL."""
    bell.flush()
    bodies = [str(number) for number in range(10)]
    for body in bodies:
        await pair[0].send(body)
    await all_are_told(pair, bodies)
    await typing_is_told(pair)


async def test_m4_sockets_outlive_valkey_and_nothing_is_lost_in_the_gap(
    pair: Pair, bell: Bell
) -> None:
    visitor, _, _ = pair
    bell.kill()
    try:
        for number in range(5):
            await visitor.send(f"無 {number}")
    finally:
        bell.start()
    for number in range(5):
        await visitor.send(f"有 {number}")
    await all_are_told(pair, [f"{when} {n}" for when in "無有" for n in range(5)])
    assert visitor.close_code is None
    await typing_is_told(pair)


async def test_f9_a_valkey_that_hangs_keeps_no_acknowledgement(pair: Pair, bell: Bell) -> None:
    visitor, _, _ = pair
    assert bell.server.process is not None
    bell.server.process.send_signal(signal.SIGSTOP)
    try:
        for number in range(3):
            await visitor.send(f"止 {number}")  # each is answered within the client's patience
    finally:
        bell.server.process.send_signal(signal.SIGCONT)
    await all_are_told(pair, [f"止 {number}" for number in range(3)])
    await typing_is_told(pair)


async def test_f12_a_full_valkey_keeps_nothing_from_its_way(
    pair: Pair, bell: Bell, layered: Site
) -> None:
    visitor, console, id = pair
    with bell.full():
        await visitor.send("満 0")
        message = {"client_id": str(uuid4()), "body": "満 1"}
        await visitor.rest("POST", "/widget/v1/messages", json=message)
        await console.send(id, "満 2")
        # Throttles count in this process then, and a mail leaves without the queue.
        wrong = {"login": "oto@sobani.example", "password": "wrong"}
        assert await form_status(layered, "/login/", wrong) == 200
        asked = {"email": "nobody@sobani.example"}
        assert await form_status(layered, "/account/password/reset/", asked) == 302
    await all_are_told(pair, [f"満 {number}" for number in range(3)])
    await typing_is_told(pair)


async def form_status(site: Site, path: str, values: dict[str, str]) -> int:
    async with httpx2.AsyncClient(base_url=site.place.origin, trust_env=False) as http:
        await http.get(path)
        token = {"csrfmiddlewaretoken": http.cookies["sobani_csrf"]}
        return (await http.post(path, data={**values, **token})).status_code


def end_connections(database: str) -> int:
    """End every connection to the database but ours, as its restart does; return how many."""
    with psycopg.connect(database, autocommit=True) as connection:
        ended = connection.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(ended[0]) if ended else 0


async def test_m13_requests_after_the_databases_restart_find_live_connections(
    pair: Pair, layered: Site
) -> None:
    visitor, console, id = pair
    await asyncio.gather(*(console.get("me") for _ in range(10)))  # the pools are filled
    assert end_connections(layered.database) > 2
    answers = await asyncio.gather(*(console.get("me") for _ in range(10)))
    assert [answer["operator"]["name"] for answer in answers] == ["oto"] * 10
    assert end_connections(layered.database) > 2
    await opens_again(console, id)
    assert end_connections(layered.database) > 2
    late = Console(layered.place, console.operator)
    assert (await late.connect())["type"] == "ready"
    await late.leave()
    await visitor.send("後")
    await all_are_told(pair, ["後"])


async def opens_again(console: Console, id: str) -> None:
    """What is refused as «storage does not answer» may be asked again, and soon is answered."""
    limit, status = time.monotonic() + SOON_SECONDS, None
    while time.monotonic() < limit:
        try:
            await console.ask("conversation.open", conversation_id=id)
            return
        except Refused as refused:
            status = refused.status
        await asyncio.sleep(0.2)
    raise AssertionError(f"still refused with {status}")


async def test_m14_who_comes_back_at_once_is_let_in_at_once(pair: Pair, layered: Site) -> None:
    """Each at the first attempt, and for little work: without that there is no coming back soon."""
    visitor, _, _ = pair
    tabs = [Visitor(layered.place, visitor.guest, f"tab {n}") for n in range(CROWD)]
    try:
        await asyncio.gather(*(tab.connect() for tab in tabs))
        await asyncio.gather(*(tab.cut() for tab in tabs))
        for number in range(10):
            await visitor.send(str(number))
        before = layered.webs.cpu_seconds()
        ready = await asyncio.gather(*(tab.connect() for tab in tabs))  # NotLetIn ends the test
        assert {frame["resynced"] for frame in ready} == {False}
        for tab in tabs:
            await tab.until(partial(has_all, tab), "what was missed")
        assert layered.webs.cpu_seconds() - before <= CROWD * CPU_SECONDS
    finally:
        await asyncio.gather(*(tab.leave() for tab in tabs))


def has_all(tab: Visitor) -> bool:
    return len(tab.bodies()) == 11


@pytest.mark.slow
async def test_m9_work_is_found_again_after_kill_9_and_flushall(
    pair: Pair, layered: Site, bell: Bell
) -> None:
    """Half of the messages were never taken up, half were in the hands of a worker that died.

    F25: two beats run, each with the whole schedule, and no message is tried once more for it.
    """
    _, console, id = pair
    for number in range(20):
        await console.send(id, str(number))
    beats = [celery(layered, "beat", "--pidfile=") for _ in range(2)]
    programs = [celery(layered, "worker"), *beats]
    try:
        await until_seen(layered)
        programs[0].kill()
        programs[0].wait()
        layered.hand.do("strand_deliveries", conversation_id=id)
        bell.flush()
        assert layered.hand.do("delivery_states", conversation_id=id) == {
            "queued": 10, "sending": 10,
        }  # fmt: skip
        programs.append(celery(layered, "worker"))
        await settled(layered, id)
        await asyncio.sleep(SWEEP_SECONDS)
        assert [each.poll() for each in beats] == [None, None]
        # Those that a dead worker had were tried once before.
        assert tries(layered, id) == [(1, 1)] * 10 + [(2, 1)] * 10
    finally:
        for each in programs:
            each.kill()
            each.wait()


def tries(site: Site, conversation_id: str) -> list[tuple[int, int]]:
    """Return of each answer how often it was tried, and how often its failure was told."""
    sql = """
        SELECT d.attempts, (SELECT count(*) FROM talk_event e WHERE e.kind = 'message.changed'
            AND e.rows->'message'->>'id' = m.id::text
            AND e.rows->'message'->'delivery'->>'state' = 'failed')
        FROM talk_delivery d JOIN talk_message m ON m.id = d.message_id
        WHERE m.conversation_id = %s ORDER BY 1"""
    with psycopg.connect(site.database) as connection:
        return connection.execute(sql, (conversation_id,)).fetchall()


async def settled(site: Site, conversation_id: str) -> None:
    """Wait until each has an end that an operator sees: no channel serves this inbox."""
    limit = time.monotonic() + JOB_SECONDS
    while site.hand.do("delivery_states", conversation_id=conversation_id) != {"failed": 20}:
        assert time.monotonic() < limit, "work was lost"
        await asyncio.sleep(0.5)


async def until_seen(site: Site) -> None:
    """Wait for the first sign of life of a worker."""
    limit = time.monotonic() + JOB_SECONDS
    while not site.hand.do("worker_is_seen"):
        assert time.monotonic() < limit, "no worker came up"
        await asyncio.sleep(0.3)


def celery(site: Site, part: str, *options: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "celery", "--quiet", "--app", "config.celery", part, *options]
    return subprocess.Popen(
        tethered(command, signal.SIGKILL),
        env={**os.environ, **site.environment, "CELERY_WORKER_CONCURRENCY": "2"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
