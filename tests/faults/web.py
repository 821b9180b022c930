"""`python -m tests.faults.web`: a web process with the seeded bugs that TEST_MUTANT names.

With TEST_DEATHS it can be made to die at a point of its work (`tests.faults.deaths`).
"""

import importlib
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # By name, for they need Django to be set up.
    mutants = importlib.import_module("tests.faults.mutants").WEB_MUTANTS
    of_line = importlib.import_module("tests.faults.line_mutants").WEB_MUTANTS
    for name in os.environ.get("TEST_MUTANT", "").split():
        {**mutants, **of_line}[name]()
    if "TEST_DEATHS" in os.environ:
        importlib.import_module("tests.faults.deaths").put()
    importlib.import_module("config.server.__main__").main(sys.argv[1:])


if __name__ == "__main__":
    main()
