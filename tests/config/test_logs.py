"""Log lines: one JSON object each, with the request's id, without secrets or people's words."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import structlog
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, RequestFactory

from config import logs
from config.request_id import RequestIdMiddleware, request_id
from talk.models import Message


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What a program in production would write, from now on."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter(readable=False))
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def only(stream: io.StringIO) -> dict[str, Any]:
    [line] = stream.getvalue().splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_line_is_json_in_utc_and_readable_japanese(lines: io.StringIO) -> None:
    structlog.get_logger("sobani.test").warning("late", minutes=3, place="東京")
    line = only(lines)
    assert line.pop("timestamp").endswith("Z")
    expected = {"event": "late", "level": "warning", "logger": "sobani.test"}
    assert line == expected | {"minutes": 3, "place": "東京"}


def test_standard_logging_goes_the_same_way(lines: io.StringIO) -> None:
    logging.getLogger("sobani.test").error("%s of %d", "two", 3)
    assert only(lines)["event"] == "two of 3"


@pytest.mark.parametrize(
    "name", ["body", "token", "visitor_token", "Authorization", "cookies", "password", "api_key"]
)
def test_what_is_named_like_a_secret_is_struck_out(name: str, lines: io.StringIO) -> None:
    structlog.get_logger("sobani.test").warning("sent", **{name: "canary-4711", "id": 7})
    assert "canary" not in lines.getvalue()
    line = only(lines)
    assert (line[name], line["id"]) == ("…", 7)


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/password/reset/key/3-canary/",
        "/ws/console?ticket=canary",
        "GET /api/v1/events?after=canary HTTP/1.1",
        f"/widget/v1/{'canary'.ljust(43, '-')}",
        f"GET /api/v1/sbn_{'canary'.rjust(43, 'x')}/notes HTTP/1.1",
    ],
)
def test_secrets_in_addresses_are_struck_out(address: str, lines: io.StringIO) -> None:
    structlog.get_logger("sobani.test").warning("request", path=address)
    logging.getLogger("sobani.test").warning("Not Found: %s", address)
    assert len(lines.getvalue().splitlines()) == 2
    assert "canary" not in lines.getvalue()
    assert all("…" in line for line in lines.getvalue().splitlines())


def test_a_traceback_shows_no_local_variable(lines: io.StringIO) -> None:
    def fail(hidden: str) -> None:
        raise ValueError(f"bad length {len(hidden)}")

    try:
        fail("canary-4711")
    except ValueError:
        structlog.get_logger("sobani.test").exception("failed")
    line = only(lines)
    assert "ValueError: bad length 11" in line["exception"]
    assert "canary-4711" not in line["exception"].replace('fail("canary-4711")', "")


def refused(body: str) -> None:
    """Have PostgreSQL refuse a message: its error tells the whole row."""
    with transaction.atomic():
        Message.objects.create(
            conversation_id=uuid4(), seq=1, version=1, sender="nobody", client_id=uuid4(), body=body
        )


BODIES = [
    "canary-4711",
    "hello\n\nThe above exception was canary-4711\n\nTraceback\nDETAIL: canary-4711",
    "hello\n  canary-4711\n",
]


@pytest.mark.django_db
@pytest.mark.parametrize("readable", [False, True])
@pytest.mark.parametrize("body", BODIES)
def test_what_postgresql_tells_of_a_refused_row_is_not_logged(
    body: str, readable: bool, lines: io.StringIO
) -> None:
    [*_, handler] = logging.getLogger().handlers
    handler.setFormatter(logs.formatter(readable=readable))
    log = structlog.get_logger("sobani.test")
    try:
        refused(body)
    except IntegrityError as caught:
        log.exception("failed")
        error = caught
    assert "canary-4711" in str(error), "it could have been told"
    log.error("failed", exc_info=error)
    log.error("failed", reason=str(error))
    log.error("failed", exc_info=ExceptionGroup("two", [error, ValueError("other")]))
    logging.getLogger("sobani.test").error("job raised: %r", error, exc_info=error)
    assert "canary" not in lines.getvalue()
    assert lines.getvalue().count("violates check constraint") >= 5
    assert "ValueError: other" in lines.getvalue()


def test_answered_probes_are_not_logged_but_refused_ones_are(lines: io.StringIO) -> None:
    log = structlog.get_logger("sobani.test")
    log.warning("request", path="/readyz", status=200)
    log.warning("request", path="/readyz", status=503)
    assert only(lines)["status"] == 503


def test_the_id_is_in_every_line_of_a_request_and_in_its_answer(lines: io.StringIO) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        structlog.get_logger("sobani.test").warning("inside")
        return HttpResponse("ok")

    request = RequestFactory().get("/", headers={"x-request-id": "browser-12345"})
    answer = RequestIdMiddleware(view)(request)
    assert isinstance(answer, HttpResponse)
    assert answer["X-Request-ID"] == "browser-12345"
    structlog.get_logger("sobani.test").warning("outside")
    inside, outside = map(json.loads, lines.getvalue().splitlines())
    assert inside["request_id"] == "browser-12345"
    assert "request_id" not in outside


def test_the_id_is_also_in_the_scope_for_the_servers_own_line() -> None:
    request = RequestFactory().get("/")
    request.scope = {}  # type: ignore[attr-defined]  # as an ASGI request has it
    answer = RequestIdMiddleware(lambda _: HttpResponse())(request)
    assert isinstance(answer, HttpResponse)
    assert request.scope == {"request_id": answer["X-Request-ID"]}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "offered", [None, "", "short", "x" * 65, "with space", "line\nbreak", "あ" * 9]
)
def test_what_is_no_id_is_replaced(offered: str | None) -> None:
    made = request_id(offered)
    assert made != offered
    assert len(made) == 32


def test_whole_stack_answers_with_the_id() -> None:
    assert (
        Client().get("/livez", headers={"x-request-id": "abc-12345"})["X-Request-ID"] == "abc-12345"
    )


async def test_whole_asynchronous_stack_answers_with_the_id() -> None:
    answer = await AsyncClient().get("/livez", headers={"x-request-id": "abc-12345"})
    assert answer["X-Request-ID"] == "abc-12345"
