"""The OpenAPI document is complete, and true to what is served."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS

from talk.actions import messages
from talk.api.documents import openapi
from talk.api.urls import v1
from talk.queries import Thread
from tests.cast import Cast
from tests.clients import browser, program


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    openapi.cache_clear()
    return json.loads(msgspec.json.encode(openapi()))  # type: ignore[no-any-return]


def test_it_is_made_without_a_warning() -> None:
    openapi.cache_clear()
    GENERATOR_STATS.reset()
    openapi()
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache


def test_every_address_and_method_is_in_it(document: dict[str, Any]) -> None:
    served = {
        ("/api/v1/" + re.sub(r"<str:([a-z_]+)>", r"{\1}", str(each.pattern)), method)
        for each in v1
        for method in ("get", "post", "patch", "put", "delete")
        if hasattr(each.callback.cls, method)  # type: ignore[attr-defined]
    }
    described = {(path, method) for path, ways in document["paths"].items() for method in ways}
    assert described == served


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, ways in document["paths"].items():
        for method, operation in ways.items():
            yield f"{method} {path}", operation


def test_every_operation_says_what_it_does_gives_and_how_it_fails(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["operationId"], name
        assert {"apiToken": []} in operation["security"], name
        done = "3" if operation["operationId"] == "openLink" else "2"  # it leads to elsewhere
        assert any(status.startswith(done) for status in operation["responses"]), name
        problem = operation["responses"]["default"]["content"]["application/problem+json"]
        assert problem["schema"]["$ref"].endswith("/Problem")
        if name.startswith(("post", "patch")) and "ticket" not in name and "retry" not in name:
            assert operation["requestBody"]["content"], name


def test_every_post_whose_answer_may_be_kept_takes_an_idempotency_key(
    document: dict[str, Any],
) -> None:
    without = {
        name
        for name, operation in operations(document)
        if name.startswith("post")
        and "Idempotency-Key" not in {each["name"] for each in operation.get("parameters", ())}
    }
    assert without == {
        "post /api/v1/socket-ticket",  # its answer is good for 30 seconds, once
        "post /api/v1/customers/{id}/export",  # kept answers must hold nothing of customers
        "post /api/v1/customers/{id}/reveal",  # its answer is masked everywhere else
    }


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (text for key, text in value.items() if key == "$ref")
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_every_reference_leads_somewhere_and_every_row_is_named(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    wanted = {text.removeprefix("#/components/schemas/") for text in references(document)}
    assert wanted <= set(schemas)
    assert {"ConversationRow", "MessageRow", "NoteRow", "AttachmentRow", "Thread"} <= set(schemas)
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["apiToken"]["scheme"] == "bearer"


@pytest.mark.django_db
def test_a_thread_is_exactly_what_its_schema_says(cast: Cast, document: dict[str, Any]) -> None:
    stored = messages.receive(cast.guest().visitor, client_id=uuid4(), body="hello")
    path = f"/api/v1/conversations/{stored.conversation.id}/thread"
    thread = browser(cast.oto).get(path).json()
    msgspec.convert(thread, Thread, strict=True)
    schemas = document["components"]["schemas"]
    assert set(thread) == set(schemas["Thread"]["properties"])
    assert set(thread["conversation"]) == set(schemas["ConversationRow"]["properties"])
    assert set(thread["messages"][0]) == set(schemas["MessageRow"]["properties"])


@pytest.mark.django_db
def test_document_and_page_are_for_operators(cast: Cast) -> None:
    answer = program(cast.oto).get("/api/schema/")
    assert answer["Content-Type"] == "application/vnd.oai.openapi+json"
    assert answer.json()["info"]["title"] == "Sobani API"
    assert Client().get("/api/schema/").status_code == 401
    page = browser(cast.oto).get("/api/docs/").content.decode()
    assert "swagger-ui-bundle" in page
    assert "//" not in page.replace("<!doctype", "").replace(
        "http://", ""
    )  # nothing from elsewhere
