"""How often a visitor, or a network, may ask. Counted in Valkey, shared by all processes.

Without Valkey every process counts for itself: looser, never absent.
"""

import logging
import time
from functools import cache

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

log = logging.getLogger(__name__)


def spend(limit: RateLimitItem, what: str, who: str) -> None:
    """Count one; raise `Throttled` when it is one too many."""
    shared, own = limiters()
    try:
        fits = shared.hit(limit, what, who)
        reset_at = 0.0 if fits else shared.get_window_stats(limit, what, who).reset_time
    except StorageError:
        log.info("limits count in this process only")
        fits = own.hit(limit, what, who)
        reset_at = 0.0 if fits else own.get_window_stats(limit, what, who).reset_time
    if not fits:
        raise Throttled(retry_after=max(1, round(reset_at - time.time())))


def require_left(limit: RateLimitItem, what: str, who: str) -> None:
    """Raise `Throttled` when nothing is left, without counting."""
    shared, own = limiters()
    try:
        fits = shared.test(limit, what, who)
    except StorageError:
        fits = own.test(limit, what, who)
    if not fits:
        raise Throttled(retry_after=limit.get_expiry())


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
