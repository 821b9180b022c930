"""LINE's Messaging API over HTTP: a client for each process, short timeouts, a log line a call.

What is logged is LINE's id of the request, the endpoint without who it is about, the status and the
time; never a token or anything that was said.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal
from urllib.parse import quote

import httpx2
import msgspec
import structlog
from django.conf import settings

from integrations.line import metrics

CONNECT_SECONDS, READ_SECONDS = 3.0, 10.0
ANSWER_SECONDS = 15.0  # from the first byte to the last: who drips must not hold a worker
MOST_ANSWER_BYTES = 1024 * 1024
JSON = "application/json"
logger = structlog.stdlib.get_logger("sobani.line")
Base = Literal["api", "data"]


class NotSent(Exception):
    """LINE was not reached: nothing can have come of it."""


class NoAnswer(Exception):
    """LINE may have carried it out; its answer was lost."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What LINE answered, whatever it was. `body` is {} for all that is not a JSON object."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    request_id: str = ""
    accepted_request_id: str = ""
    is_strange: bool = False
    """No JSON object: maybe of something between us and LINE."""

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def says_nothing(self) -> bool:
        """Whether nobody can tell from it what LINE did."""
        return self.status >= 500 or (self.is_ok and self.is_strange)

    @property
    def details(self) -> list[dict[str, Any]]:
        """Return what LINE finds wrong in a request: texts for people, and the properties."""
        found = self.body.get("details")
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def request(
    method: str,
    endpoint: str,
    *at: str,
    token: str = "",
    base: Base = "api",
    content: bytes | None = None,
    form: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    content_type: str = JSON,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Ask LINE once. `at` fills the `{}` of the endpoint. Raises `NotSent` and `NoAnswer`."""
    asked = _headers(token, headers)
    if content is not None:
        asked["Content-Type"] = content_type
    options: dict[str, Any] = {"content": content, "data": form, "params": query}
    with _asking(method, endpoint, at, base, asked, **options) as response:
        told = _object(_whole(response))
        return Answer(
            response.status_code,
            told or {},
            response.headers.get("x-line-request-id", ""),
            response.headers.get("x-line-accepted-request-id", ""),
            is_strange=told is None,
        )


@contextmanager
def stream(endpoint: str, *at: str, token: str, base: Base = "data") -> Iterator[httpx2.Response]:
    """Get something that may be large; its bytes are read from the response piece by piece.

    Raises `NotSent` and `NoAnswer`, while the body is read as well.
    """
    with _asking("GET", endpoint, at, base, _headers(token, None)) as response:
        yield response


@contextmanager
def _asking(
    method: str,
    endpoint: str,
    at: tuple[str, ...],
    base: Base,
    headers: dict[str, str],
    **rest: Any,
) -> Iterator[httpx2.Response]:
    began, status, request_id = time.monotonic(), "", ""
    url = _base(base) + endpoint.format(*(quote(each, safe="") for each in at))
    try:
        with _client().stream(method, url, headers=headers, **rest) as response:
            status = str(response.status_code)
            request_id = response.headers.get("x-line-request-id", "")
            yield response
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
        status = type(error).__name__
        raise NotSent(status) from None  # its text may name a proxy's credentials
    except (httpx2.TransportError, httpx2.DecodingError) as error:
        status = type(error).__name__
        raise NoAnswer(status) from None
    finally:
        seconds = round(time.monotonic() - began, 3)
        metrics.calls.labels(f"{method} {endpoint}", status).inc()
        told = {"endpoint": f"{method} {endpoint}", "status": status, "seconds": seconds}
        logger.info("line", request=request_id, **told)


def _whole(response: httpx2.Response) -> bytes:
    """Read the body within its limits."""
    deadline, body = time.monotonic() + ANSWER_SECONDS, bytearray()
    for piece in response.iter_bytes():
        body += piece
        if time.monotonic() > deadline:
            raise httpx2.ReadTimeout("The answer takes too long")
        if len(body) > MOST_ANSWER_BYTES:
            raise httpx2.ReadError("The answer is too large")
    return bytes(body)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return found if isinstance(found, dict) else None


def _headers(token: str, further: Mapping[str, str] | None) -> dict[str, str]:
    own = {"Authorization": f"Bearer {token}"} if token else {}
    return {**own, **(further or {})}


def close() -> None:
    """Give up this process's connections; the next call makes new ones."""
    if _client.cache_info().currsize:
        _client().close()
        _client.cache_clear()


def _base(base: Base) -> str:
    return str(settings.LINE_API_BASE if base == "api" else settings.LINE_DATA_BASE)


@cache
def _client() -> httpx2.Client:
    return httpx2.Client(
        timeout=httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        limits=httpx2.Limits(max_connections=32, max_keepalive_connections=8),
        headers={"User-Agent": "Sobani"},
        follow_redirects=False,
    )
