"""One id for a request: in its answer, in every log line about it, and in the jobs it starts.

The client may choose it (`X-Request-ID`), so that an operator's report, a proxy's log and ours
speak of the same request.
"""

import re
import uuid
from collections.abc import Awaitable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from structlog.contextvars import bound_contextvars

from config.middleware import EitherWay

HEADER = "X-Request-ID"
VALID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id(offered: str | None) -> str:
    """Return the client's id if it is one, else a new one: it goes into logs and headers."""
    return offered if offered and VALID.fullmatch(offered) else uuid.uuid4().hex


class RequestIdMiddleware(EitherWay):
    """Goes first, so that whatever the others log carries the id.

    The id is also put into the ASGI scope, where the server's own log line finds it.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self._is_async:
            return self._answer_async(request)
        number = _number(request)
        with bound_contextvars(request_id=number):
            response = self.get_response(request)
        assert isinstance(response, HttpResponseBase)  # noqa: S101  # as sync middleware gets
        response[HEADER] = number
        return response

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        number = _number(request)
        with bound_contextvars(request_id=number):
            response = self.get_response(request)
            assert not isinstance(response, HttpResponseBase)  # noqa: S101  # a coroutine
            answer = await response
        answer[HEADER] = number
        return answer


def _number(request: HttpRequest) -> str:
    number = request_id(request.headers.get(HEADER))
    scope = getattr(request, "scope", None)
    if scope is not None:
        scope["request_id"] = number
    return number
