"""Signs of life of worker and beat, kept in the cache for `doctor` and `/metrics`.

Each is kept twice: for the deployment, where any worker will do, and for the machine, so that a
container can ask whether its own one lives.
"""

import socket
import time
from typing import Any

import structlog
from celery import beat, signals
from django.core.cache import cache

EVERY_SECONDS = 10
KEPT_SECONDS = 60
PARTS = ("worker", "beat")

log = structlog.get_logger("config.heartbeats")
_last: dict[str, float] = {}


def note(part: str) -> None:
    """Say that the part lives, at most every 10 s. Without Valkey nobody hears it; that is all."""
    now = time.monotonic()
    if now - _last.get(part, -EVERY_SECONDS) < EVERY_SECONDS:
        return
    if part not in _last:
        log.info("ready", part=part)
    _last[part] = now
    try:
        for key in (_key(part), _key(part, socket.gethostname())):
            cache.set(key, time.time(), KEPT_SECONDS)
    except Exception as error:  # noqa: BLE001  # whatever the cache raises, the part must live on
        log.warning("heartbeat_unheard", part=part, reason=type(error).__name__)


def age_seconds(part: str, machine: str = "") -> float | None:
    """Return the time since the last sign of life, None if there was none for a minute."""
    at: float | None = cache.get(_key(part, machine))
    return None if at is None else max(0.0, time.time() - at)


def _key(part: str, machine: str = "") -> str:
    return f"heartbeat:{part}:{machine}" if machine else f"heartbeat:{part}"


@signals.heartbeat_sent.connect
def note_worker(**_: Any) -> None:
    """Celery's worker sends its own heartbeat every 2 s, whatever its jobs are waiting for."""
    note("worker")


class Scheduler(beat.Scheduler):
    """Celery's scheduler in memory: what repeats is in the code, so there is nothing to store."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        note("beat")
        # At most this long until the next look, or the sign of life would come too seldom.
        return min(super().tick(*args, **kwargs), EVERY_SECONDS)
