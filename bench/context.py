"""`.venv/bin/python bench/context.py`: opening conversations with 3,000,000 activities (AC22).

Two scales, the second ten times the first, each in a database of its own: what opening a
conversation takes on the server, cold (PostgreSQL restarted, its files out of the system's cache)
and warm, and how that grows. `--quick` is a fiftieth of the scale.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import machine
from bench.ground import Ground

CUSTOMERS, ACTIVITIES = 100_000, 3_000_000
QUICK = 50
MOST_MS = 20.0
WARM_PASSES = 3  # after one that warms; their medians
COLD, WARM = "cold", "warm"
RUNS = ((COLD, "view"), (COLD, "query"), (WARM, "view"), (WARM, "query"))
NAMES = ("p50", "p95", "p99", "program_ms", "postgres_ms")

Figures = dict[str, float]


def main(words: list[str]) -> None:
    options = _parse(words)
    print(machine.description(), flush=True)
    began = os.getloadavg()
    part = QUICK if options.quick else 1
    with Ground() as ground:
        small = _scale(ground, 10 * part, options.openings)
        full = _scale(ground, part, options.openings)
    _print(small, full)
    print(f"load average: {began[0]:.2f} before, {os.getloadavg()[0]:.2f} after")


def _scale(ground: Ground, part: int, openings: int) -> dict[tuple[str, str], Figures]:
    customers, activities = CUSTOMERS // part, ACTIVITIES // part
    database = f"context_{part}"
    print(f"{customers:,} customers, some {activities:,} activities", flush=True)
    ground.create(database)
    ground.run("bench.context_side", "build", str(customers), database=database)
    return {run: _measure(ground, database, *run, openings) for run in RUNS}


def _measure(ground: Ground, database: str, heat: str, how: str, openings: int) -> Figures:
    if heat == COLD:
        ground.cool()
    passes = "1" if heat == COLD else str(1 + WARM_PASSES)
    words = ("measure", str(openings), how, passes)
    answers = json.loads(ground.run("bench.context_side", *words, database=database))
    told = [_figures(answer) for answer in answers[-WARM_PASSES:]]
    figures = {name: median(one[name] for one in told) for name in NAMES}
    print(heat, how, {name: round(value, 2) for name, value in figures.items()}, flush=True)
    return figures


def _figures(answer: dict[str, Any]) -> Figures:
    took = answer["ms"]
    return {
        **{f"p{share}": took[len(took) * share // 100] for share in (50, 95, 99)},
        "program_ms": answer["program_ms"],
        "postgres_ms": answer["postgres_ms"],
    }


def _print(small: dict[tuple[str, str], Figures], full: dict[tuple[str, str], Figures]) -> None:
    print("\n| | p50 ms | p95 | p99 | CPU ms: program | PostgreSQL | by a tenth: p95, PostgreSQL |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for run in RUNS:
        cells = " | ".join(f"{full[run][name]:.1f}" for name in NAMES)
        ratio = [full[run][name] / small[run][name] for name in ("p95", "postgres_ms")]
        print(f"| {run[0]}, {run[1]} | {cells} | {ratio[0]:.2f}, {ratio[1]:.2f} |")
    reached = full[WARM, "view"]["p95"]
    verdict = "met" if reached < MOST_MS else f"missed (below {MOST_MS:.0f})"
    print(f"\nAC22, warm, the whole view: p95 {reached:.1f} ms: {verdict}")


def _parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/context.py", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fiftieth of the scale")
    parser.add_argument("--openings", type=int)
    options = parser.parse_args(words)
    options.openings = options.openings or (100 if options.quick else 1_000)
    if options.quick and options.openings > 150:
        parser.error("--openings: at most 150 with --quick, whose smaller scale has no more")
    return options


if __name__ == "__main__":
    main(sys.argv[1:])
