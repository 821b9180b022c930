"""Embedded PostgreSQL and Valkey for the tests (`addopts = "-p tests.servers"`).

Loaded before pytest-django reads the settings, hence the environment at import. One PostgreSQL,
started by the process that pytest was called in: xdist's workers find it by STATE_DIR, each with
its own test database. Every process has a Valkey of its own, because publish and FLUSHALL know no
databases. DATABASE_URL and REDIS_URL, if they are set, are used as they are.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from config.embedded.places import redis_url
from config.embedded.postgres import start_postgres
from config.embedded.server import Server
from config.embedded.valkey import start_valkey

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
OWN_DATABASE = "DATABASE_URL" not in os.environ and not WORKER
OWN_VALKEY = "REDIS_URL" not in os.environ or "SOBANI_TEST_STATE" in os.environ

started: list[Server] = []

if not WORKER:
    os.environ["STATE_DIR"] = tempfile.mkdtemp(prefix="sobani-test-")
    # Not in a hook: settings that cannot be read end pytest before any hook of ours.
    atexit.register(shutil.rmtree, os.environ["STATE_DIR"], ignore_errors=True)
STATE = Path(os.environ["STATE_DIR"])
VALKEY_STATE = STATE / (WORKER or "main")
if OWN_VALKEY:
    os.environ["SOBANI_TEST_STATE"] = str(STATE)
    os.environ["REDIS_URL"] = redis_url(VALKEY_STATE)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    if OWN_DATABASE:
        started.append(start_postgres(STATE))
    if OWN_VALKEY:
        started.append(start_valkey(VALKEY_STATE))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    while started:
        started.pop().stop()
