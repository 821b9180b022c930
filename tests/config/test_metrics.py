"""/metrics: closed without a token, and what it tells with one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.db import connections
from django.test import AsyncClient, Client
from pytest_django import Settings

from config import heartbeats
from config.server.metrics import SOCKETS_OPEN

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


def scrape(authorization: str | None) -> tuple[int, str]:
    headers = {} if authorization is None else {"authorization": authorization}
    answer = Client().get("/metrics", headers={**headers, "host": "10.1.2.3:8000"})
    return answer.status_code, answer.content.decode()


def test_without_a_token_configured_it_does_not_exist(settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert scrape("Bearer ")[0] == 404


@pytest.mark.parametrize("offered", [None, "Bearer wrong", "Basic right", "right", "Bearer ü"])
def test_the_wrong_token_is_refused(offered: str | None, settings: Settings) -> None:
    settings.METRICS_TOKEN = "right"
    assert scrape(offered)[0] == 401


def test_deployment_and_process_are_told(settings: Settings) -> None:
    settings.METRICS_TOKEN = "right"
    SOCKETS_OPEN.set(3)
    cache.set("heartbeat:worker", 1.0, 60)
    cache.delete("heartbeat:beat")
    status, text = scrape("Bearer right")
    assert status == 200
    lines = text.splitlines()
    assert "sobani_database_up 1.0" in lines
    assert "sobani_conversations_waiting 0.0" in lines
    assert "sobani_oldest_delivery_seconds 0.0" in lines
    assert any(line.startswith('sobani_heartbeat_age_seconds{part="worker"}') for line in lines)
    assert not any('part="beat"' in line for line in lines)
    assert "sobani_sockets_open 3.0" in lines


@pytest.mark.django_db(transaction=True)
async def test_it_answers_under_the_asynchronous_handler_too(settings: Settings) -> None:
    settings.METRICS_TOKEN = "right"
    headers = {"authorization": "Bearer right", "host": "web1:8000"}
    answer = await AsyncClient().get("/metrics", headers=headers)
    await sync_to_async(connections.close_all)()  # the thread's own one
    assert answer.status_code == 200
    assert "sobani_database_up 1.0" in answer.content.decode().splitlines()


def test_nothing_is_changed_there(settings: Settings) -> None:
    settings.METRICS_TOKEN = "right"
    assert Client().post("/metrics", headers={"authorization": "Bearer right"}).status_code == 405


def test_several_processes_add_up(tmp_path: Path) -> None:
    """Each web process counts into files; whoever is scraped tells the sum."""
    count = "from config.server.metrics import READS_PAUSED as c; c.inc(3)"
    told = (
        "import django; django.setup()\n"
        "from prometheus_client import CollectorRegistry, generate_latest\n"
        "from prometheus_client.multiprocess import MultiProcessCollector\n"
        "r = CollectorRegistry(); MultiProcessCollector(r); print(generate_latest(r).decode())"
    )
    environment = {
        **os.environ,
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }

    def python(code: str) -> str:
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    python(count)
    python(count)
    assert "sobani_reads_paused_total 6.0" in python(told)


def test_heartbeats_are_noted_at_most_every_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeats, "_last", {})
    cache.delete("heartbeat:worker")
    assert heartbeats.age_seconds("worker") is None
    heartbeats.note("worker")
    age = heartbeats.age_seconds("worker")
    assert age is not None
    assert 0 <= age < 5
    cache.delete("heartbeat:worker")
    heartbeats.note("worker")
    assert heartbeats.age_seconds("worker") is None
