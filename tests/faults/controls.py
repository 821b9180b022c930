"""Negative controls: a small play for each seeded bug, in which the named check must fail.

`python -m tests.faults.controls [m1 …]`. m7, m9 and m10 belong to jobs and channels (`line_play`);
c2 to c10 are for the checks that none of the others is for.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from tests.faults.acts import (
    be_cut_off,
    commit_late,
    do_everything_wrong,
    forget_flushing,
    forget_uniqueness,
    give_other_places,
    lose_connections,
    lose_connections_of_readers,
    lose_storage,
    race_for_conversations,
    work_on,
)
from tests.faults.estate import Estate
from tests.faults.line_acts import (
    kill_workers,
    lose_answers,
    lose_storage_of_webhooks,
    meet_everything,
)
from tests.faults.line_play import LinePlay
from tests.faults.mistaken import (
    BlindConsole,
    BlindVisitor,
    GivingUpConsole,
    RepeatingConsole,
)
from tests.faults.play import OUT_OF_REACH, UNSEEN, Play

SETTLE_SECONDS = 3.0
LINE_SETTLE_SECONDS = 8.0


@dataclass(frozen=True)
class Control:
    check: str
    act: Callable[[Any], Awaitable[Any]]
    web: dict[str, str] = field(default_factory=dict)
    play: dict[str, Any] = field(default_factory=dict)
    worker: str | None = None
    """The bug of the worker, "" for none; None for a play without LINE."""


# Those that share a web come after each other; m6 and m3 leave the database spoilt.
CONTROLS: dict[str, Control] = {
    "m1": Control("C7", lose_storage, {"TEST_MUTANT": "m1", "RING": "layer"}),
    "m2": Control("C4", commit_late, {"TEST_MUTANT": "m2"}),
    "m8": Control("C11", race_for_conversations, {"TEST_MUTANT": "m8"}),
    "m10": Control("C9", lose_storage_of_webhooks, {"TEST_MUTANT": "m10"}, worker=""),
    "m7": Control("C9", kill_workers, worker="m7"),
    "m9": Control("C8", lose_answers, worker="m9"),
    "m4": Control("C5", lose_connections, {}, {"console": RepeatingConsole}),
    "m5": Control("C4", lose_connections_of_readers, {}, {"console": BlindConsole}),
    "m6": Control("C1", forget_flushing),
    "m3": Control("C1", forget_uniqueness),
}

FURTHER: dict[str, Control] = {
    "c2": Control("C2", work_on, {"TEST_MUTANT": "c2"}),
    "c3": Control("C3", work_on, {"TEST_MUTANT": "c3"}),
    "c5": Control("C5", work_on, {}, {"visitor": BlindVisitor}),
    "c6": Control("C6", give_other_places),
    "c10": Control("C10", be_cut_off, {}, {"console": GivingUpConsole}),
}

MISTAKEN = {"visitor": BlindVisitor, "console": GivingUpConsole}
TOGETHER = Control("", do_everything_wrong, {"TEST_MUTANT": "c2 c3"}, MISTAKEN)

ALL = {**CONTROLS, **FURTHER}

SOUND = ("m1", "m2", "m8", "m4", "m5", "c5", "c10")
"""Those whose plays break nothing but connections."""


async def kill_all(estate: Estate, names: list[str], say: Callable[[str], object]) -> list[str]:
    """Run the controls; return the mutants that live."""
    living = []
    for web, group in groupby(names, key=lambda name: ALL[name].web):
        await estate.open_web("tests.faults.web" if web else "config.server", **web)
        try:
            living += [name for name in group if not await is_killed(estate, name, say)]
        finally:
            await estate.close_web()
    say(f"mutants killed {len(names) - len(living)}/{len(names)}")
    return living


async def is_killed(estate: Estate, name: str, say: Callable[[str], object]) -> bool:
    control, began = ALL[name], time.monotonic()
    wrong = what_was_seen(await act_out(estate, control))
    told = wrong.get(control.check, [f"lives; failed were {sorted(wrong)}"])[0]
    say(f"{name} {control.check} {time.monotonic() - began:5.1f} s  {told[:160]}")
    return control.check in wrong


async def act_out(estate: Estate, control: Control) -> dict[str, list[str]]:
    if control.worker is not None:
        return await LinePlay(estate, control.worker, LINE_SETTLE_SECONDS).run(control.act)
    play = Play(estate, 1, SETTLE_SECONDS, guests=8, tabs=6, agents=4, **control.play)
    return await play.run(control.act)


async def catch_together(estate: Estate) -> dict[str, list[str]]:
    """Let all further bugs into one play; return what is wrong."""
    await estate.open_web("tests.faults.web", **TOGETHER.web)
    try:
        return await act_out(estate, TOGETHER)
    finally:
        await estate.close_web()


async def spare_all(
    estate: Estate, names: Iterable[str], say: Callable[[str], object]
) -> list[str]:
    """Run the same plays without the bugs; return those in which anything is wrong.

    A slow machine may take longer to catch up than a bug is given: it is no fault.
    """
    wrong = []
    await estate.open_web()
    try:
        found = await LinePlay(estate).run(meet_everything)
        wrong += ["LINE"] if found else []
        say(f"LINE, whatever goes wrong: {found or 'nothing is wrong'}")
        for name in names:
            play = Play(estate, 1, guests=8, tabs=6, agents=4)
            found = what_was_seen(await play.run(ALL[name].act))
            wrong += [name] if found else []
            say(f"{name} without the bug: {found or 'nothing is wrong'}")
    finally:
        await estate.close_web()
    return wrong


def what_was_seen(wrong: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out clients that a slow machine never came to look at: they show nothing of a bug."""
    seen = {
        check: [line for line in lines if UNSEEN not in line and OUT_OF_REACH not in line]
        for check, lines in wrong.items()
    }
    return {check: lines for check, lines in seen.items() if lines}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.controls", description=__doc__)
    parser.add_argument("mutants", nargs="*", help=f"some of {' '.join(ALL)}")
    parser.add_argument("--spare", action="store_true", help="run the plays without the bugs")
    asked = parser.parse_args()
    names = asked.mutants or list(CONTROLS)
    estate = Estate()

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    try:
        estate.start_databases()
        if asked.spare:
            return 1 if asyncio.run(spare_all(estate, asked.mutants or SOUND, say)) else 0
        living = asyncio.run(kill_all(estate, names, say))
    finally:
        estate.close_databases()
    return 1 if living else 0


if __name__ == "__main__":
    sys.exit(main())
