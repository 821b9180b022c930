"""How often one operator, one API token or one address may ask.

Counted in windows of a minute, by one atomic increment; a window begins with its first request
and ends by Valkey's clock, which all processes share. The address is the one that our server
put into the scope (NUM_PROXIES is 0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from talk.models import ApiToken

if TYPE_CHECKING:  # rest_framework.views imports this module by its setting
    from rest_framework.views import APIView

WINDOW_SECONDS = 60


class ActorThrottle(BaseThrottle):
    """Limits requests, and misses more tightly: those are guesses."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        who = asker(request, self)
        if misses_of(who) >= settings.API_MISSES_PER_MINUTE:
            self._key = _key("miss", who)
            return False
        self._key = _key("all", who)
        return _count("all", who) <= settings.API_REQUESTS_PER_MINUTE

    def wait(self) -> float:
        left: int = cache.seconds_left(self._key)  # type: ignore[attr-defined]  # a SteadyCache
        return left or WINDOW_SECONDS


def asker(request: Request, throttle: BaseThrottle | None = None) -> str:
    if isinstance(request.auth, ApiToken):
        return f"token:{request.auth.pk}"
    if request.user.is_authenticated:
        return f"operator:{request.user.pk}"
    return f"address:{(throttle or BaseThrottle()).get_ident(request)}"


def note_miss(request: Request) -> None:
    _count("miss", asker(request))


def misses_of(who: str) -> int:
    return int(cache.get(_key("miss", who), 0))


def _count(what: str, who: str) -> int:
    return cache.count(_key(what, who), seconds=WINDOW_SECONDS)  # type: ignore[attr-defined, no-any-return]


def _key(what: str, who: str) -> str:
    return f"throttle:{what}:{who}"
