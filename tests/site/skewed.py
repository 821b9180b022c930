"""`python -m tests.site.skewed`: web processes whose clocks are wrong.

The first that starts in a folder is three hours fast, the second three hours slow. Production code
has no hook for this: the clock is moved before the server's own main runs.
"""

import importlib
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
import time_machine

HOURS = (3, -3)


def own_hours() -> int:
    """Return by how much this process is wrong: each is taken by one of them."""
    for hours in HOURS:
        try:
            (Path(os.environ["STATE_DIR"]) / f"wrong-by{hours:+d}").touch(exist_ok=False)
        except FileExistsError:
            continue
        return hours
    return 0


def main() -> None:
    wrong = datetime.now(UTC) + timedelta(hours=own_hours())
    time_machine.travel(wrong, tick=True).start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    importlib.import_module("config.server.__main__").main(sys.argv[1:])


if __name__ == "__main__":
    main()
