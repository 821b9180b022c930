"""`python -m tests.faults.worker`: a worker with the seeded bugs that TEST_MUTANT names.

It waits for LINE's answers two seconds and not ten, so that one that hangs costs little.
"""

import importlib
import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # By name, for they need Django to be set up.
    celery = importlib.import_module("config.celery")
    mutants = importlib.import_module("tests.faults.line_mutants")
    for name in os.environ.get("TEST_MUTANT", "").split():
        mutants.WORKER_MUTANTS[name]()
    importlib.import_module("integrations.line.client").READ_SECONDS = 2.0
    options = ["--hostname=line@%h", "--loglevel=INFO", "--without-gossip", "--without-mingle"]
    celery.app.worker_main(["--quiet", "worker", *options])


if __name__ == "__main__":
    main()
