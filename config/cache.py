"""The cache: Valkey, or this process's own memory while Valkey does not answer.

The cache holds counters (throttles, used TOTP codes), nothing that must last. Logging in has to
work without Valkey, and has to stay throttled: then every process counts for itself.
"""

import time
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import ExecAbortError, OutOfMemoryError, ReadOnlyError
from redis.exceptions import TimeoutError as NoAnswer

RETRY_AFTER_SECONDS = 3.0
# It is away, hangs, is full, or has become the copy of another.
UNUSABLE = (NoConnection, NoAnswer, OutOfMemoryError, ReadOnlyError, ExecAbortError)

T = TypeVar("T")


class SteadyCache(RedisCache):
    """Every operation is tried on Valkey, then on the memory; a failure silences Valkey briefly."""

    deaf_until = 0.0  # of the whole process: Django makes one instance per thread
    memory = LocMemCache("sobani", {})

    @property
    def _cache(self) -> RedisCacheClient:
        """Of the process: Django's own, one for each thread, connects anew for each request."""
        return _client(tuple(self._servers), tuple(self._options.items()))  # type: ignore[attr-defined]

    def add(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return self._first(super().add, self.memory.add, key, *args, **kwargs)

    def get(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return self._first(super().get, self.memory.get, key, *args, **kwargs)

    def set(self, key: Any, *args: Any, **kwargs: Any) -> None:
        self._first(super().set, self.memory.set, key, *args, **kwargs)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return self._first(super().touch, self.memory.touch, key, *args, **kwargs)

    def delete(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return self._first(super().delete, self.memory.delete, key, *args, **kwargs)

    def incr(self, key: Any, *args: Any, **kwargs: Any) -> int:
        return self._first(super().incr, self.memory.incr, key, *args, **kwargs)

    def has_key(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return self._first(super().has_key, self.memory.has_key, key, *args, **kwargs)

    def count(self, key: str, *, seconds: int) -> int:
        """Count one more, in a window that begins with its first and lasts so long."""
        return self._first(self._count_there, self._count_here, key, seconds)

    def seconds_left(self, key: str) -> int:
        """Return how long a key lives yet, by Valkey's clock; 0 for none."""
        return self._first(self._left_there, self._left_here, key)

    def _count_there(self, key: str, seconds: int) -> int:
        made = self.make_and_validate_key(key)
        pipeline = self._cache.get_client(made, write=True).pipeline()
        pipeline.set(made, 0, ex=seconds, nx=True)
        pipeline.incr(made)
        return int(pipeline.execute()[-1])

    def _count_here(self, key: str, seconds: int) -> int:
        self.memory.add(key, 0, timeout=seconds)
        try:
            return self.memory.incr(key)
        except ValueError:  # evicted between the two
            return 1

    def _left_there(self, key: str) -> int:
        made = self.make_and_validate_key(key)
        return max(0, int(self._cache.get_client(made).ttl(made)))

    def _left_here(self, key: str) -> int:
        ends_at = self.memory._expire_info.get(self.memory.make_and_validate_key(key)) or 0  # type: ignore[attr-defined]
        return max(0, round(ends_at - time.time()))

    def _first(self, there: Callable[..., T], here: Callable[..., T], *args: Any, **kw: Any) -> T:
        if time.monotonic() >= SteadyCache.deaf_until:
            try:
                return there(*args, **kw)
            except UNUSABLE:
                SteadyCache.deaf_until = time.monotonic() + RETRY_AFTER_SECONDS
        return here(*args, **kw)


@cache
def _client(servers: tuple[str, ...], options: tuple[tuple[str, Any], ...]) -> RedisCacheClient:
    return RedisCacheClient(list(servers), **dict(options))
