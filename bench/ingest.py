"""`.venv/bin/python bench/ingest.py`: activities a second and CPU, beside a bare INSERT.

The sides take turns on one PostgreSQL; medians of the rounds are printed. CPU is the program's and
PostgreSQL's together. `--quick` is one short round.
"""

import argparse
import json
import os
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import machine
from bench.ground import Ground

SIDES = ("floor", "ours")
SIZES = (10, 1)
MOST_TIMES_FLOOR = 4.0
DATABASE = "ingest"

Figures = dict[str, float]


def main(words: list[str]) -> None:
    options = _parse(words)
    print(machine.description(), flush=True)
    began = os.getloadavg()
    told: dict[tuple[str, int], list[Figures]] = defaultdict(list)
    with Ground() as ground:
        ground.create(DATABASE)
        ground.run("bench.ingest_side", "prepare", database=DATABASE)
        for _ in range(options.rounds):
            for size in SIZES:
                for side in SIDES:
                    told[side, size].append(_run(ground, side, size, options.activities))
    _print(told)
    print(f"load average: {began[0]:.2f} before, {os.getloadavg()[0]:.2f} after")


def _run(ground: Ground, side: str, size: int, activities: int) -> Figures:
    count = activities // size if size > 1 else activities // 4
    answer = json.loads(
        ground.run("bench.ingest_side", side, str(size), str(count), database=DATABASE)
    )
    done = size * count
    figures = {
        "per_second": done / answer["seconds"],
        "program_ms": answer["cpu"] * 1e6 / done,
        "postgres_ms": answer["postgres_cpu"] * 1e6 / done,
    }
    print(side, size, {name: round(value, 1) for name, value in figures.items()}, flush=True)
    return figures


def _print(told: dict[tuple[str, int], list[Figures]]) -> None:
    print(
        "\n| | batch of | activities/s | CPU ms per 1,000: program | PostgreSQL | by the floor's |"
    )
    print("| --- | --- | --- | --- | --- | --- |")
    for size in SIZES:
        ratio = median(
            _cpu(ours) / _cpu(floor)
            for ours, floor in zip(told["ours", size], told["floor", size], strict=True)
        )
        for side in SIDES:
            each = [median(run[name] for run in told[side, size]) for name in _NAMES]
            end = "" if side == "floor" else f"{ratio:.1f}, {_verdict(ratio)}"
            print(f"| {side} | {size} | {each[0]:.0f} | {each[1]:.0f} | {each[2]:.0f} | {end} |")


_NAMES = ("per_second", "program_ms", "postgres_ms")


def _cpu(figures: Figures) -> float:
    return figures["program_ms"] + figures["postgres_ms"]


def _verdict(ratio: float) -> str:
    return "met" if ratio <= MOST_TIMES_FLOOR else f"missed (at most {MOST_TIMES_FLOOR:.0f})"


def _parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/ingest.py", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--activities", type=int)
    options = parser.parse_args(words)
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.activities = options.activities or (2_000 if options.quick else 10_000)
    return options


if __name__ == "__main__":
    main(sys.argv[1:])
