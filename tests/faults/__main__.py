"""`python -m tests.faults [--seed N] [--server uvicorn]`: the quick profile, told as it went."""

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.faults.estate import Estate
from tests.faults.quick import perform


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--server", default="daphne", choices=("daphne", "uvicorn"))
    asked = parser.parse_args()
    estate = Estate()
    keep = Path(tempfile.mkdtemp(prefix="sobani-history-"))
    try:
        estate.start_databases()
        report = asyncio.run(perform(estate, asked.seed, keep, asked.server))
    finally:
        estate.close_databases()
    told = [*report.lines, *(f"{name}: {wrong}" for name, wrong in report.wrong.items())]
    told.append(f"history: {report.kept}" if report.kept else "nothing is wrong")
    sys.stdout.write("\n".join(told) + "\n")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
