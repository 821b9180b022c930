"""Fixtures for all tests. Flows, faults and browser tests have their own conftest besides."""

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management.color import no_style
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

from tests import ready_made, servers

HERE = Path(__file__).parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# What waits much more than it works, the longest first: at the end nothing would run beside it.
# None of these uses Django's test database, whose tests have an order of their own.
WAITING = (
    "faults/test_mutants.py",
    "faults/test_faults.py",
    "server/test_sharing.py",
    "server/test_drain.py",
    "flows/test_held_rows.py",
    "config/test_supervisor.py",
)
# Their models are not managed, or there are none: Django's flush passes over them.
UNMANAGED = ("talk_event", "customers_activity", "customers_activity_seen")
# What Django puts there itself, after each flush, is always the same.
KEPT = {"django_content_type", "auth_permission"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with those that wait; all others stay in the order that pytest-django gives them."""
    places = {HERE / name: place for place, name in enumerate(WAITING)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Let Django copy a test database that has all migrations, if there is one."""
    if ready_made.is_there():
        connection.settings_dict["TEST"]["TEMPLATE"] = ready_made.TEMPLATE


@pytest.fixture(autouse=True)
def password_hashes(settings: Any) -> None:
    """Quick ones: with ours, which are slow on purpose, a cast takes longer than most tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """Let Django's flush delete the little that a test leaves: to truncate costs a hundred times
    as much. Neither asks triggers and foreign keys, which takes a superuser."""
    with pytest.MonkeyPatch.context() as patch:
        if servers.OWN_DATABASE:
            patch.setattr(DatabaseOperations, "sql_flush", deletions)
        yield


def deletions(
    operations: DatabaseOperations, style: Any, tables: Iterable[str], **_: bool
) -> list[str]:
    emptied = (operations.quote_name(table) for table in tables if table not in KEPT)
    deleted = [f"DELETE FROM {name}" for name in emptied]  # noqa: S608  # tables of ours
    return ["; ".join(["SET LOCAL session_replication_role = replica", *deleted])]


@pytest.fixture(autouse=True)
def emptied_logs(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test whose transactions are real ones, leave no events to those that follow."""
    marker = request.node.get_closest_marker("django_db")
    is_real = marker is not None and marker.kwargs.get("transaction")
    if not is_real and "transactional_db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), UNMANAGED))


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Return the program of a Chromium on this machine; without one the test is skipped.

    CHROMIUM names another one. Playwright's own download is never used.
    """
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        pytest.skip("no Chromium on this machine: tests in a browser need one (CHROMIUM=/path)")
    return Path(found)
