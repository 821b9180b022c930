"""Embedded PostgreSQL and Valkey for the tests (`addopts = "-p tests.servers"`).

Loaded before pytest-django reads the settings, hence the environment at import. Every process that
runs tests has both for itself: publish and FLUSHALL know no databases, and PostgreSQL's watermark
(`pg_snapshot_xmin`) waits for the transactions of all databases of a server. DATABASE_URL and
REDIS_URL, if they are set, are used as they are.
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
from tests import ready_made

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
# The first process of pytest marks what it gives to its workers, so that they know it for none of
# the caller's.
OWN_DATABASE = "DATABASE_URL" not in os.environ
OWN_VALKEY = "REDIS_URL" not in os.environ or "SOBANI_TEST_VALKEY" in os.environ

started: list[Server] = []

if WORKER:
    STATE = Path(os.environ["STATE_DIR"]) / WORKER
else:
    STATE = Path(tempfile.mkdtemp(prefix="sobani-test-"))
    # Not in a hook: settings that cannot be read end pytest before any hook of ours.
    atexit.register(shutil.rmtree, STATE, ignore_errors=True)
os.environ["STATE_DIR"] = str(STATE)
if OWN_VALKEY:
    os.environ["SOBANI_TEST_VALKEY"] = "1"
    os.environ["REDIS_URL"] = redis_url(STATE)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    if not WORKER and session.config.getoption("dist", "no") != "no":
        if OWN_DATABASE:
            ready_made.make(STATE / "ready")
        return  # the workers run the tests
    STATE.mkdir(exist_ok=True)
    if OWN_DATABASE:
        ready_made.put_into(STATE)
        started.append(start_postgres(STATE))
    if OWN_VALKEY:
        started.append(start_valkey(STATE))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    while started:
        started.pop().stop()
