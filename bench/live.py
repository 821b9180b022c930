"""`.venv/bin/python bench/live.py`: how fast messages go, beside others on the same machine.

Prints a line for each run, then a table of targets. Takes half an hour; `--quick` three minutes.
"""

import argparse
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import machine, report, rounds
from bench.ground import Ground
from bench.rounds import Plan, Results

MEASUREMENTS = {
    "job": rounds.measure_job,
    "memory": rounds.measure_memory,
    "storm": rounds.measure_storm,
    "rush": rounds.measure_rush,
    "burst": rounds.measure_burst,
    "flood": rounds.measure_flood,
}


def main(words: list[str]) -> None:
    options = _parse(words)
    results = Results()
    print(machine.description(), flush=True)
    began = os.getloadavg()
    try:
        with Ground() as ground:
            for name in options.only or MEASUREMENTS:
                MEASUREMENTS[name](ground, _plan(options), results)
    finally:
        _tell(results, began, options.json)


def _tell(results: Results, began: tuple[float, float, float], file: Path | None) -> None:
    print()
    print(report.tables(results))
    print(f"\nload average: {began[0]:.2f} before, {os.getloadavg()[0]:.2f} after")
    if file:
        written = {"machine": machine.facts(), "figures": results.figures}
        file.write_text(json.dumps(written, indent=1))


def _plan(options: argparse.Namespace) -> Plan:
    return Plan(
        rounds=options.rounds or (1 if options.quick else 3),
        seconds=options.seconds or (2.0 if options.quick else 5.0),
        storm_visitors=400 if options.quick else 2_000,
        rush_visitors=1_000 if options.quick else 5_000,
        sides=frozenset(options.side),
        operators=tuple(options.operators),
    )


def _parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/live.py", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--only", action="append", choices=list(MEASUREMENTS))
    parser.add_argument("--side", action="append", default=[], metavar="NAME", help="daphne/notify")
    parser.add_argument("--operators", type=int, nargs="+", default=[1, 20, 100])
    parser.add_argument("--seconds", type=float, help="of each run of the job")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    return parser.parse_args(words)


if __name__ == "__main__":
    main(sys.argv[1:])
