"""Fixtures for all tests. Flows, faults and browser tests have their own conftest besides."""

import os
import shutil
from pathlib import Path

import pytest

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


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
