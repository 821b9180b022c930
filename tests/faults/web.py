"""`python -m tests.faults.web`: a web process with the seeded bug that TEST_MUTANT names."""

import importlib
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    mutants = importlib.import_module("tests.faults.mutants")  # it needs Django to be set up
    mutants.WEB_MUTANTS[os.environ["TEST_MUTANT"]]()
    importlib.import_module("config.server.__main__").main(sys.argv[1:])


if __name__ == "__main__":
    main()
