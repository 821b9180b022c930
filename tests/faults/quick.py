"""The quick profile: every fault once, in the order of a seed."""

import asyncio
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from tests.faults import checker, nemesis
from tests.faults.estate import Estate
from tests.faults.nemesis import Scene
from tests.faults.play import Play, schedule

BETWEEN_SECONDS = 0.7
CLOSING_SECONDS = 10
RESTARTED = 2  # by `rolling_restart`; nothing else asks a process to leave


@dataclass
class Report:
    seed: int
    wrong: dict[str, list[str]]
    lines: list[str]
    kept: Path | None = None


async def perform(estate: Estate, seed: int, keep: Path, server: str = "daphne") -> Report:
    """Open the web, let all faults happen, judge; the history is kept if anything is wrong.

    The seed replays the schedule and everybody's dice, not the interleaving of the machine.
    """
    await estate.open_web(SERVER=server)
    play, lines = Play(estate, seed), [f"seed {seed}, {server}"]

    async def break_things(scene: Scene) -> None:
        await asyncio.sleep(2)
        for name in schedule(seed):
            began = time.monotonic()
            play.history.note(op="fault", name=name)
            result = await nemesis.FAULTS[name](scene)
            play.history.note(op="fault over", name=name, result=result)
            told = f" {result}" if result else ""
            lines.append(f"{time.monotonic() - began:5.1f} s  {name}{told}")
            await asyncio.sleep(BETWEEN_SECONDS)

    try:
        wrong = await play.run(break_things)
    finally:
        await estate.close_web()
        shutil.copy(estate.webs.log, keep / f"web-{seed}.log")
    wrong |= restarts(play, estate.webs.told())
    report = Report(seed, wrong, [*lines, *figures(play)])
    if wrong:
        report.kept = keep / f"history-{seed}.jsonl"
        play.history.keep(report.kept)
    return report


def restarts(play: Play, log: list[checker.Entry]) -> dict[str, list[str]]:
    """I-37: who is asked to leave closes its sockets with 1012 within 10 s and ends by itself."""
    wrong = []
    for entry in play.history.entries:
        if entry["op"] == "fault over" and entry["name"] == "rolling_restart":
            wrong += [f"exit code {code}" for code in entry["result"] if code != 0]
    drained = [line["closing_seconds"] for line in log if line["event"] == "drained"]
    wrong += [f"closing took {seconds} s" for seconds in drained if seconds > CLOSING_SECONDS]
    wrong += ["cut off" for line in log if line["event"] == "cut off"]
    if len(drained) != RESTARTED:
        wrong.append(f"{len(drained)} processes were drained")
    closed = [each for each in during(play, "rolling_restart") if each["op"] == "closed"]
    told = [each["code"] for each in closed if not each["own"]]
    wrong += [f"closed with {code}" for code in told if code != 1012]
    if 1012 not in told:
        wrong.append("no socket was told of the restart")
    return {"I-37": wrong} if wrong else {}


def during(play: Play, fault: str) -> list[checker.Entry]:
    entries = play.history.entries
    names = [(entry["op"], entry.get("name")) for entry in entries]
    return entries[names.index(("fault", fault)) : names.index(("fault over", fault))]


def figures(play: Play) -> list[str]:
    entries = play.history.entries
    acks = sum(entry["op"] == "send" and entry["phase"] == "ok" for entry in entries)
    events = sum(entry["op"] == "event" for entry in entries)
    closes = sum(entry["op"] == "closed" for entry in entries)
    seconds = checker.recovery_seconds(entries) or [0.0]
    middle, late = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
    again = checker.repeat_rate(entries)
    return [
        f"{acks} messages acknowledged, {len(play.stored.messages)} stored",
        f"{events} events told ({again:.1%} again), {closes} connections lost",
        f"in sync again: p50 {middle:.1f} s, p99 {late:.1f} s, max {seconds[-1]:.1f} s",
    ]
