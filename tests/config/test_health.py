"""Probes: alive, ready, degraded, down, draining."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import AsyncClient, Client
from psycopg.conninfo import make_conninfo
from pytest_django import Settings

from config import health
from config.embedded.places import redis_url
from config.server import drain
from customers import ahead

pytestmark = pytest.mark.django_db(transaction=True)


def probe(path: str, **headers: str) -> tuple[int, dict[str, Any]]:
    answer = Client().get(path, headers=headers)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("path", ["/livez", "/healthz"])
def test_alive_whatever_the_host_header(path: str) -> None:
    assert probe(path, host="10.1.2.3:8000") == (200, {"status": "alive"})


def test_ready_when_database_and_valkey_answer() -> None:
    parts = {"database": "ok", "valkey": "ok"}
    assert probe("/readyz") == (200, {"status": "ready", "parts": parts})


async def test_ready_under_the_asynchronous_handler_too() -> None:
    answer = await AsyncClient().get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


def test_degraded_without_valkey(settings: Settings, tmp_path: Path) -> None:
    settings.REDIS_URL = redis_url(tmp_path)
    parts = {"database": "ok", "valkey": "down"}
    assert probe("/readyz") == (200, {"status": "degraded", "parts": parts})


def test_degraded_when_valkey_accepts_but_never_answers(settings: Settings, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "silent.sock"))
        silent.listen()
        settings.REDIS_URL = f"unix://{tmp_path}/silent.sock"
        assert probe("/readyz")[1]["parts"] == {"database": "ok", "valkey": "down"}


def test_down_when_the_database_is_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(health, "conninfo", lambda: f"host={tmp_path} dbname=x")
    status, told = probe("/readyz")
    assert (status, told["status"], told["parts"]["database"]) == (503, "down", "down")


def test_down_when_the_database_only_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A standby answers every query of a console and refuses every message."""
    read_only = make_conninfo(health.conninfo(), options="-c default_transaction_read_only=on")
    monkeypatch.setattr(health, "conninfo", lambda: read_only)
    status, told = probe("/readyz")
    assert (status, told["parts"]["database"]) == (503, "read-only")


def test_down_while_a_migration_is_missing() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("sessions", "0001_initial")
    try:
        status, told = probe("/readyz")
    finally:
        recorder.record_applied("sessions", "0001_initial")
    assert (status, told["parts"]["database"]) == (503, "migrations missing")


def test_degraded_while_the_next_partition_is_missing() -> None:
    """Everything works, and nobody would notice until old rows are to be forgotten."""
    name = next(iter(ahead.next_names()))
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {name}")
    try:
        status, told = probe("/readyz")
    finally:
        ahead.ensure()
    assert (status, told["status"]) == (200, "degraded")
    assert told["parts"]["database"] == "partitions missing"


def test_draining(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(drain._state, "draining", True)
    assert probe("/readyz") == (503, {"status": "draining"})
    assert probe("/livez")[0] == 200


async def test_fifty_who_ask_at_once_make_one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    connect, made = psycopg.AsyncConnection.connect, []

    async def counted(*args: Any, **options: Any) -> Any:
        made.append(1)
        return await connect(*args, **options)

    monkeypatch.setattr(psycopg.AsyncConnection, "connect", counted)
    answers = await asyncio.gather(*(AsyncClient().get("/readyz") for _ in range(50)))
    assert {answer.json()["status"] for answer in answers} == {"ready"}
    assert len(made) == 1
    await AsyncClient().get("/readyz")
    assert len(made) == 1
    monkeypatch.setattr(health, "KEPT_SECONDS", 0)
    await AsyncClient().get("/readyz")
    assert len(made) == 2


async def test_who_goes_away_ends_the_look_for_nobody_else() -> None:
    shared = health.SharedProbe()
    first = asyncio.ensure_future(shared.parts())
    second = asyncio.ensure_future(shared.parts())
    await asyncio.sleep(0)
    first.cancel()
    assert await second == {"database": "ok", "valkey": "ok"}
