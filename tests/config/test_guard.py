"""What production refuses to start with: each line names the setting and the cure."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from pytest_django import Settings

from config.guard import database_refusals, layer_refusals, refuse_unsafe, setting_refusals

ROOT = Path(__file__).resolve().parents[2]
SAFE: dict[str, Any] = {
    "PRODUCTION": True,
    "SECRET_KEY": "q7" * 30,
    "DEBUG": False,
    "LINE_SIMULATOR": False,
    "ALLOWED_HOSTS": ["chat.example.com"],
    "PUBLIC_URL": "https://chat.example.com",
    "SECRET_KEY_FALLBACKS": ["x9" * 30],
    "TRUSTED_PROXY_HOPS": 1,
}


@pytest.fixture
def safe(settings: Settings) -> Settings:
    for name, value in SAFE.items():
        setattr(settings, name, value)
    return settings


@pytest.mark.usefixtures("safe")
@pytest.mark.django_db
def test_safe_settings_are_not_refused() -> None:
    assert list(setting_refusals()) == []
    assert list(layer_refusals()) == []
    refuse_unsafe()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SECRET_KEY", django_settings.DEFAULT_SECRET_KEY, "is the one that everybody knows"),
        ("SECRET_KEY", "short", "has 5 characters"),
        ("DEBUG", True, "shows code and settings to visitors"),
        ("LINE_SIMULATOR", True, "would let anybody play every customer"),
        ("ALLOWED_HOSTS", ["*"], "serves any name"),
        ("ALLOWED_HOSTS", ["*.example.com"], "serves any name"),
        ("ALLOWED_HOSTS", [], "serves any name"),
        ("PUBLIC_URL", "http://chat.example.com", "is not https"),
        (
            "SECRET_KEY_FALLBACKS",
            ["x9" * 30, django_settings.DEFAULT_SECRET_KEY],
            "has a key that everybody knows",
        ),
        ("SECRET_KEY_FALLBACKS", ["short"], "has a key that everybody knows"),
        ("TRUSTED_PROXY_HOPS", 0, "is 0, but TLS ends at a proxy"),
    ],
)
@pytest.mark.django_db
def test_an_unsafe_setting_is_refused(name: str, value: object, told: str, safe: Settings) -> None:
    setattr(safe, name, value)
    with pytest.raises(ImproperlyConfigured) as refused:
        refuse_unsafe()
    line = str(refused.value)
    assert line.startswith(f"{name}: {told}")
    assert "; " in line
    assert "\n" not in line
    [error] = [found for found in run_checks() if found.id and found.id.startswith("config.E")]
    assert error.hint


@pytest.mark.parametrize("host", [{"address": "redis://x", "socket_timeout": 5}, "redis://x"])
def test_a_short_timeout_of_the_layer_is_refused_in_every_profile(
    host: object, settings: Settings
) -> None:
    settings.CHANNEL_LAYERS = {"default": {"CONFIG": {"hosts": [host]}}}
    with pytest.raises(ImproperlyConfigured, match="CHANNEL_LAYERS: socket_timeout is 5 s"):
        refuse_unsafe()


@pytest.fixture
def forgetful_database(django_db_blocker: Any, django_db_setup: None) -> Iterator[None]:
    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        yield
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" RESET synchronous_commit')
        connection.close()


@pytest.mark.usefixtures("safe", "forgetful_database")
def test_a_database_that_forgets_commits_is_refused() -> None:
    assert [refusal.setting for refusal in database_refusals()] == ["synchronous_commit"]
    with pytest.raises(ImproperlyConfigured, match="synchronous_commit: is off in the database"):
        refuse_unsafe()


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "up"],
        ["-m", "config.server"],
        ["-m", "celery", "--app", "config.celery", "worker"],
        ["-m", "celery", "--app", "config.celery", "beat"],
    ],
    ids=["up", "web", "worker", "beat"],
)
@pytest.mark.slow
def test_no_program_starts_unsafe(command: list[str]) -> None:
    environment = {**os.environ, "PROFILE": "production", "PORT": str(_free_port())}
    environment.pop("SECRET_KEY", None)
    told = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode == 1, told.stderr
    assert "SECRET_KEY: is the one that everybody knows" in told.stderr
    assert "Traceback" not in told.stderr


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
