"""`/metrics` for Prometheus, by bearer token; without METRICS_TOKEN it does not exist.

Several web processes share a port, so a scrape meets any of them: with PROMETHEUS_MULTIPROC_DIR
(`manage.py up` sets it) each writes its counts into files there and the answer is their sum.
Without it (one process a container) the answer is this process's own.

A middleware and not an address of Django's: Prometheus asks each process by a Host of its own.
"""

import os
import time
from collections.abc import Awaitable, Iterator
from hmac import compare_digest

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from config import heartbeats
from config.middleware import EitherWay

log = structlog.get_logger("config.metrics")


class MetricsMiddleware(EitherWay):
    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if request.path_info != "/metrics":
            return self.get_response(request)
        return sync_to_async(metrics)(request) if self._is_async else metrics(request)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    if not settings.METRICS_TOKEN:
        return HttpResponse(status=404)
    scheme, _, offered = request.headers.get("Authorization", "").partition(" ")
    known = settings.METRICS_TOKEN.encode()
    if scheme.lower() != "bearer" or not compare_digest(offered.strip().encode(), known):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def exposition() -> bytes:
    shared = CollectorRegistry()
    shared.register(DeploymentCollector())
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]  # as the library has it
        return generate_latest(shared)
    return generate_latest(REGISTRY) + generate_latest(shared)


class DeploymentCollector(Collector):
    """What is true of the whole deployment, asked when somebody scrapes."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._heartbeats()
        yield from self._database()

    def _heartbeats(self) -> Iterator[GaugeMetricFamily]:
        ages = GaugeMetricFamily(
            "sobani_heartbeat_age_seconds", "Since worker or beat was seen", labels=["part"]
        )
        try:
            for part in heartbeats.PARTS:
                age = heartbeats.age_seconds(part)
                if age is not None:
                    ages.add_metric([part], age)
        except Exception as error:  # noqa: BLE001  # the cache's own kinds; absent is the answer
            log.warning("heartbeats_unreadable", reason=type(error).__name__)
        yield ages

    def _database(self) -> Iterator[GaugeMetricFamily]:
        began = time.monotonic()
        try:
            found = _rows()
        except Error as error:
            log.warning("database_unreadable", reason=type(error).__name__)
            found = None
        up = GaugeMetricFamily("sobani_database_up", "1 if the database answered this scrape")
        up.add_metric([], 0 if found is None else 1)
        yield up
        if found is not None:
            yield from _gauges(found, time.monotonic() - began)


GAUGES = {
    "sobani_oldest_delivery_seconds": (
        "Age of the oldest outgoing message that is neither accepted nor given up",
        (
            "SELECT coalesce(extract(epoch FROM now() - min(m.created_at)), 0) FROM talk_delivery d"
            " JOIN talk_message m ON m.id = d.message_id WHERE d.state IN ('queued', 'sending')"
        ),
    ),
    "sobani_conversations_waiting": (
        "Open conversations whose customer waits for an answer",
        (
            "SELECT count(*) FROM talk_conversation"
            " WHERE status = 'open' AND waiting_since IS NOT NULL"
        ),
    ),
    "sobani_oldest_transaction_seconds": (
        "Age of the oldest transaction in the database: it holds the feed's watermark back",
        (
            "SELECT coalesce(extract(epoch FROM max(now() - xact_start)), 0) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend'"
        ),
    ),
    "sobani_database_connections": (
        "Connections that the database serves now",
        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'",
    ),
}


def _rows() -> dict[str, float]:
    with connection.cursor() as cursor:
        statement = "SELECT " + ", ".join(f"({sql})" for _about, sql in GAUGES.values())
        cursor.execute(statement)
        row = cursor.fetchone()
    return dict(zip(GAUGES, map(float, row or ()), strict=True))


def _gauges(found: dict[str, float], seconds: float) -> Iterator[GaugeMetricFamily]:
    for name, (about, _sql) in GAUGES.items():
        gauge = GaugeMetricFamily(name, about)
        gauge.add_metric([], found[name])
        yield gauge
    probe = GaugeMetricFamily("sobani_database_seconds", "Time the database took for this scrape")
    probe.add_metric([], seconds)
    yield probe
