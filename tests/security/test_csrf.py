"""S-57: no other site makes a logged-in browser change anything."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from talk.actions import messages
from talk.models import Attachment, Note
from tests.cast import Cast
from tests.clients import browser, program
from tests.security.files import PDF
from tests.security.routes import UNSAFE, Route, routes
from tests.security.test_access import make_scene

pytestmark = pytest.mark.django_db

# What needs no token, and why. Everything else must refuse.
EXEMPT = {
    "csp-report": "browsers send it by themselves; it only counts",
    "integrations/line/probe": "LINE tries whether it reaches us; nothing is read",
    "line/link/": "the site's form brings a signature; no cookie of ours counts",
    "integrations/line/<slug:public_id>/webhook": "LINE signs the body; no cookie is read",
    "widget/v1/": "no cookie is read: the visitor's token travels in a header or the body",
}


def is_exempt(route: Route) -> bool:
    return any(route.pattern.startswith(prefix) for prefix in EXEMPT)


def address(route: Route) -> str:
    ids = ("id", "conversation_id", "attachment_id", "object_id")
    return route.address({"content_type_id": "1", **{name: str(uuid4()) for name in ids}})


# What a form of another site can send, and what a script of ours does.
BODIES = {
    "application/x-www-form-urlencoded": "a=1",
    "multipart/form-data; boundary=x": '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1'
    "\r\n--x--\r\n",
    "text/plain": "a=1",
    "application/json": "a=1",
}


@pytest.mark.parametrize("kind", BODIES)
def test_s57_every_unsafe_route_wants_the_token(cast: Cast, kind: str) -> None:
    client, body = browser(cast.aoi, enforce_csrf_checks=True), BODIES[kind]
    answers = {
        f"{method} {route.pattern}": client.generic(method, address(route), body, kind).status_code
        for route in routes()
        if not is_exempt(route)
        for method in UNSAFE
        if method in route.methods
    }
    assert len(answers) > 50
    # A body that is not JSON may be refused (415) before anybody asks for the token.
    refused = (403, 405) if kind == "application/json" else (403, 405, 415)
    assert {what: status for what, status in answers.items() if status not in refused} == {}


def test_s57_what_is_exempt_does_not_care_who_is_logged_in(cast: Cast) -> None:
    for route in filter(is_exempt, routes()):
        answers = [
            client.post(address(route), {}, content_type="application/json")
            for client in (browser(cast.aoi), Client())
        ]
        shown = {re.sub(rb'"ref":"[0-9a-f]+"', b"", answer.content) for answer in answers}
        assert len(shown) == len({answer.status_code for answer in answers}) == 1, route.pattern
        assert not any(answer.cookies for answer in answers), route.pattern


def send(client: Client, id: str, body: Any, kind: str, **headers: str) -> int:
    path = f"/api/v1/conversations/{id}/notes"
    return client.generic("POST", path, body, kind, headers=headers).status_code


def test_s57_the_same_request_passes_with_the_token_and_not_without(cast: Cast) -> None:
    stored = messages.receive(cast.guest().visitor, client_id=uuid4(), body="hello")
    id = str(stored.conversation.id)
    client = browser(cast.oto, enforce_csrf_checks=True)
    body = f'{{"client_id": "{uuid4()}", "body": "x"}}'
    csrf = client.get("/api/v1/me").json()["csrf"]
    assert send(client, id, body, "application/json") == 403
    assert send(client, id, body, "text/plain") == 415
    assert send(client, id, body, "application/json", **{"X-CSRFToken": "x" * 64}) == 403
    assert Note.objects.count() == 0
    assert send(client, id, body, "text/plain", **{"X-CSRFToken": csrf}) == 415
    assert send(client, id, body, "application/json", **{"X-CSRFToken": csrf}) == 201


def test_s57_a_file_of_another_site_is_not_kept(cast: Cast) -> None:
    """The one address of the API that takes a form."""
    stored = messages.receive(cast.guest().visitor, client_id=uuid4(), body="hello")
    client = browser(cast.oto, enforce_csrf_checks=True)
    csrf = client.get("/api/v1/me").json()["csrf"]

    def upload(**headers: str) -> int:
        form = {
            "conversation_id": str(stored.conversation.id),
            "file": SimpleUploadedFile("x.pdf", PDF),
        }
        return client.post("/api/v1/attachments", form, headers=headers).status_code

    assert upload() == 403
    assert upload(**{"X-CSRFToken": csrf, "Origin": "https://evil.example"}) == 403
    assert not Attachment.objects.exists()
    assert upload(**{"X-CSRFToken": csrf}) == 201


# Of the two headers one at least says where a request comes from.
FOREIGN = ("evil.example", "testserver.evil.example", "testserver:8443", "evil.example/testserver")
COMES_FROM = [
    *(({"Origin": f"https://{host}"}, 403) for host in FOREIGN),
    ({"Origin": "null"}, 403),
    ({"Origin": "http://testserver"}, 403),
    ({"Origin": "https://testserver"}, 201),
    *(({"Referer": f"https://{host}/"}, 403) for host in FOREIGN),
    ({"Referer": "http://testserver/"}, 403),
    ({"Referer": "https://"}, 403),
    ({}, 403),
    ({"Referer": "https://testserver/console/"}, 201),
]


@pytest.mark.parametrize(("where", "status"), COMES_FROM)
def test_s57_behind_https_a_token_is_good_only_from_our_own_pages(
    cast: Cast, where: dict[str, str], status: int
) -> None:
    stored = messages.receive(cast.guest().visitor, client_id=uuid4(), body="hello")
    path = f"/api/v1/conversations/{stored.conversation.id}/notes"
    client = browser(cast.oto, enforce_csrf_checks=True)
    csrf = client.get("/api/v1/me", secure=True).json()["csrf"]
    body = f'{{"client_id": "{uuid4()}", "body": "x"}}'
    headers = {"X-CSRFToken": csrf, **where}
    answer = client.post(path, body, "application/json", secure=True, headers=headers)
    assert answer.status_code == status


def test_s57_a_program_needs_no_token_because_no_browser_sends_its_header(cast: Cast) -> None:
    stored = messages.receive(cast.guest().visitor, client_id=uuid4(), body="hello")
    client = program(cast.oto, "note.add", "conversation.read")
    client.handler.enforce_csrf_checks = True
    body = f'{{"client_id": "{uuid4()}", "body": "x"}}'
    assert send(client, str(stored.conversation.id), body, "application/json") == 201


# The tables that a GET may write to. Everything else must be as it was.
WRITTEN_BY_GETS = {
    "api/v1/customers": {"customers_auditentry"},  # who looked (S-61)
    "api/v1/conversations/<str:id>/sidebar": {"customers_auditentry"},  # who looked (S-61)
}


def test_s57_no_get_changes_anything(cast: Cast) -> None:
    """Each route is asked with ids that exist, by one who may see what they name."""
    scene = make_scene()
    admin = browser(cast.aoi)
    visitor = Client(headers={"Authorization": f"Bearer {scene.guest.token}"})
    admin.raise_request_exception = False  # the loaders need not be built for this
    answers, changed = {}, {}
    before = everything_stored()
    for route in routes():
        client = visitor if route.pattern.startswith("widget/") else admin
        path = route.address(scene.arguments(route)) + scene.query("GET", route)
        answers[route.pattern] = client.get(path).status_code
        before, after = everything_stored(), before
        changed[route.pattern] = {name for name in before if before[name] != after[name]}
    assert len([each for each in answers.values() if each == 200]) > 90, "they are there"
    assert {what: tables for what, tables in changed.items() if tables} == WRITTEN_BY_GETS
    assert admin.get("/api/v1/me").status_code == 200, "no GET logs out"


def everything_stored() -> dict[str, str]:
    """Return a fingerprint of each table's rows."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        one = "SELECT '{0}', md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM \"{0}\" t"
        cursor.execute(" UNION ALL ".join(one.format(name) for name in tables))
        return dict(cursor.fetchall())
