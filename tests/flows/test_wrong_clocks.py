"""I-15, F14: clocks that are wrong by three hours change no order, lose nothing, decide nothing.

One web process is three hours fast, the other three hours slow (`tests.site.skewed`).
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.flows.client import Console, Visitor
from tests.flows.link import Refused
from tests.flows.stage import Crowd, Stage
from tests.site.site import Site

TABS = 8  # so that it would be strange if all came to the same process
WINDOW_HOURS = 7 * 24  # `Inbox.reopen_days`


@pytest.fixture(scope="module")
def wrong_site(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder, redis = tmp_path_factory.mktemp("wrong"), os.environ["REDIS_URL"]
    with Site(folder, database, redis, program="tests.site.skewed") as site:
        yield site


@pytest.fixture
async def stage(crowd: Crowd, wrong_site: Site) -> Stage:
    return await crowd.stage(wrong_site)


async def both_processes(stage: Stage, first: Visitor) -> list[Visitor]:
    """Return tabs of the same visitor in both processes."""
    return [first, *[await stage.twin(first) for _ in range(TABS - 1)]]


async def test_the_two_clocks_are_wrong_indeed(wrong_site: Site) -> None:
    """What a process stamps into its log says so; else the tests below show nothing."""
    lines = [line for line in wrong_site.webs.log.read_text().splitlines() if "listening" in line]
    hours = sorted(hours_off(line.split('"timestamp": "')[1][:19]) for line in lines)
    assert hours == [-3, 3]


def hours_off(stamp: str) -> int:
    off = datetime.fromisoformat(stamp).replace(tzinfo=UTC) - datetime.now(UTC)
    return round(off / timedelta(hours=1))


async def test_i15_messages_through_both_keep_the_order_in_which_they_were_stored(
    stage: Stage,
) -> None:
    first = await stage.visitor()
    tabs = await both_processes(stage, first)
    consoles = [await stage.console() for _ in range(4)]
    id = (await first.send("0"))["conversation"]["id"]
    for console in consoles:
        await console.open(id)
    said = ["0"]
    for n in range(1, 40):
        speaker: Console | Visitor = (consoles if n % 3 == 0 else tabs)[n % 4]
        await (speaker.send(id, f"{n}") if isinstance(speaker, Console) else speaker.send(f"{n}"))
        said.append(f"{n}")
    for console in consoles:
        await console.until(lambda c=console: lines(c, id) == said, "every message")  # type: ignore[misc]
    for tab in tabs:
        await tab.until(lambda t=tab: t.bodies() == said, "every message")  # type: ignore[misc]
    rows = (await consoles[0].get(f"conversations/{id}/thread"))["messages"]
    times = [row["created_at"] for row in rows]
    assert times == sorted(times)
    assert {hours_off(time[:19]) for time in times} == {0}, "times are the database's"


def lines(console: Console, id: str) -> list[str]:
    return [row["body"] for row in console.sim.threads[id].picture()["messages"]]


async def test_i15_a_console_gets_in_whichever_process_gave_its_ticket(stage: Stage) -> None:
    """A ticket holds for thirty seconds: by another clock it would be late, or never."""
    for _ in range(TABS):
        console = await stage.console()
        assert console.is_live
    operator = stage.site.hand.do("operator", cast=stage.cast, who="oto")
    late = Console(stage.site.place, operator)
    hello = await late.hello()
    stage.site.hand.do("age_tickets", seconds=31)
    for _ in range(4):
        with pytest.raises(Exception, match="4001"):
            await come_in(late, hello)
    await late.leave()


async def come_in(console: Console, hello: dict[str, object]) -> None:
    async def same() -> dict[str, object]:
        return hello

    console.hello = same  # type: ignore[method-assign]
    await console.connect()


async def test_i15_snoozes_end_by_the_databases_clock(stage: Stage) -> None:
    first = await stage.visitor()
    console = await stage.console()
    consoles = [console, *[await stage.console() for _ in range(3)]]
    id = (await first.send("あとで"))["conversation"]["id"]
    for each in consoles:
        await status(each, id, "snoozed", datetime.now(UTC) + timedelta(hours=1))
        with pytest.raises(Refused) as refused:
            await status(each, id, "snoozed", datetime.now(UTC) - timedelta(minutes=1))
        assert refused.value.problem["field"] == "snoozed_until"
    for hours in (3, -3):
        stage.site.hand.do("clockwork.wake_snoozed", hours=hours)
    assert (await console.get(f"conversations/{id}"))["status"] == "snoozed"
    stage.site.hand.do("clockwork.end_snooze", conversation_id=id)
    stage.site.hand.do("clockwork.wake_snoozed", hours=-3)
    assert (await console.get(f"conversations/{id}"))["status"] == "open"


async def status(console: Console, id: str, status: str, until: datetime | None = None) -> None:
    row = await console.get(f"conversations/{id}")
    more = {"snoozed_until": until.isoformat()} if until else {}
    await console.ask(
        "conversation.set_status",
        conversation_id=id,
        version=row["version"],
        status=status,
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("hours", "reopens"), [(WINDOW_HOURS - 1, True), (WINDOW_HOURS + 1, False)]
)
async def test_i15_a_resolved_conversation_reopens_by_the_databases_clock(
    stage: Stage, hours: int, reopens: bool
) -> None:
    console = await stage.console()
    for _ in range(4):
        first = await stage.visitor()
        id = (await first.send("一"))["conversation"]["id"]
        await status(console, id, "resolved")
        stage.site.hand.do("clockwork.age_resolution", conversation_id=id, hours=hours)
        stored = await (await stage.twin(first)).send("二")
        assert (stored["conversation"]["id"] == id) is reopens


async def test_i15_the_newest_conversation_is_the_one_that_was_begun_last(stage: Stage) -> None:
    """One begun by a fast process must not stay the newest for six hours."""
    first, console = await stage.visitor(), await stage.console()
    stage.site.hand.do("clockwork.reopen_never", inbox_id=first.guest["inbox_id"])
    begun: list[str] = []
    for n in range(TABS):
        tab = await stage.twin(first)
        begun.append((await tab.send(f"{n}"))["conversation"]["id"])
        assert (await tab.send("同じ会話"))["conversation"]["id"] == begun[-1]
        await status(console, begun[-1], "resolved")
    assert len(set(begun)) == TABS
    with psycopg.connect(stage.site.database) as connection:
        rows = connection.execute(
            "SELECT id::text FROM talk_conversation WHERE id = ANY(%s::uuid[]) ORDER BY created_at",
            (begun,),
        ).fetchall()
    assert [id for (id,) in rows] == begun
