"""How often a visitor, or a network, may ask. Counted in Valkey, shared by all processes.

Without Valkey every process counts for itself: looser, never absent.
"""

import logging
import time
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from django.conf import settings
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import SlidingWindowCounterRateLimiter

from talk.errors import Throttled

# Behind one address there may be an office, or a mobile carrier's customers.
NEW_TOKENS = parse("600/hour")
NEW_TOKENS_AT_ONCE = parse("120/minute")
MESSAGES = parse("60/minute")
ACTIVITIES = parse("120/minute")
ACTIVITIES_OF_NETWORK = parse("6000/minute")
UPLOADS = parse("30/minute")
READS = parse("300/minute")
IDENTIFICATIONS = parse("20/minute")
CLAIMS = parse("5/minute")
MISSES = parse("20/minute")

RETRY_AFTER_SECONDS = 3.0
Counted = SlidingWindowCounterRateLimiter
T = TypeVar("T")

log = logging.getLogger(__name__)
_silence = {"until": 0.0}


def spend(limit: RateLimitItem, what: str, who: str) -> None:
    """Count one; raise `Throttled` when it is one too many."""
    fits, reset_at = _first(lambda counted: _hit(counted, limit, what, who))
    if not fits:
        raise Throttled(retry_after=max(1, round(reset_at - time.time())))


def require_left(limit: RateLimitItem, what: str, who: str) -> None:
    """Raise `Throttled` when nothing is left, without counting."""
    if not _first(lambda counted: counted.test(limit, what, who)):
        raise Throttled(retry_after=limit.get_expiry())


def _hit(counted: Counted, limit: RateLimitItem, what: str, who: str) -> tuple[bool, float]:
    """Count one; return whether it fits, and if not, when the window ends."""
    if counted.hit(limit, what, who):
        return True, 0.0
    return False, counted.get_window_stats(limit, what, who).reset_time


def _first(ask: Callable[[Counted], T]) -> T:
    """Ask Valkey, then this process; Valkey is left alone for a while after a failure.

    Each failure takes a second of somebody's request.
    """
    shared, own = limiters()
    if time.monotonic() >= _silence["until"]:
        try:
            return ask(shared)
        except StorageError:
            log.info("limits count in this process only")
            _silence["until"] = time.monotonic() + RETRY_AFTER_SECONDS
    return ask(own)


def heard_again() -> None:
    """Ask Valkey at the next call, whatever happened before."""
    _silence["until"] = 0.0


@cache
def limiters() -> tuple[SlidingWindowCounterRateLimiter, SlidingWindowCounterRateLimiter]:
    return (
        SlidingWindowCounterRateLimiter(_shared_storage()),
        SlidingWindowCounterRateLimiter(MemoryStorage()),
    )


def _shared_storage() -> Storage:
    """Return the storage; connecting waits for the first use."""
    url = settings.REDIS_URL.replace("unix://", "redis+unix://", 1)
    return RedisStorage(
        url,
        wrap_exceptions=True,
        key_prefix="sobani",
        socket_timeout=1,
        socket_connect_timeout=1,
    )
