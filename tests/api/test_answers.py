"""Problems, tokens, idempotency, throttles: what every address of the API has in common."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from config.cache import SteadyCache
from talk import queries
from talk.actions import messages
from talk.actions.tokens import issue_api_token
from talk.models import ApiToken, Attachment, Epoch, IdempotencyKey, Message, Note
from talk.policy import Permission
from tests.cast import Cast
from tests.clients import browser, program

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 x"


def conversation(cast: Cast) -> str:
    stored = messages.receive(cast.guest().visitor, client_id=uuid4(), body="hello")
    return str(stored.conversation.id)


def post(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


# Problems


def test_a_problem_is_an_object_of_one_shape(cast: Cast) -> None:
    answer = browser(cast.oto).get(f"/api/v1/conversations/{uuid4()}")
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert {key: value for key, value in body.items() if key != "ref"} == {
        "status": 404,
        "code": "not_found",
        "title": "There is no such thing",
        "detail": "There is no such thing",
        "field": None,
    }
    assert len(body["ref"]) == 8


def test_i18_a_body_over_64_kib_or_twenty_levels_is_refused(cast: Cast) -> None:
    client, path = browser(cast.oto), f"conversations/{conversation(cast)}/notes"
    room = 64 * 1024 - len(json.dumps({"client_id": str(uuid4()), "body": ""}))
    most = post(client, path, {"client_id": str(uuid4()), "body": "x" * room})
    assert (most.status_code, most.json()["field"]) == (400, "body"), "its text is too long"
    more = post(client, path, {"client_id": str(uuid4()), "body": "x" * (room + 1)})
    assert (more.status_code, more.json()["code"]) == (413, "too_large")
    deepest = post(client, path, json.loads("[" * 20 + "]" * 20))
    assert deepest.status_code == 400
    deeper = post(client, path, json.loads("[" * 21 + "]" * 21))
    assert (deeper.status_code, deeper.json()["code"]) == (413, "too_large")
    assert not Note.objects.exists()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "nowhere", 404, "not_found"),
        ("DELETE", "me", 405, "method_not_allowed"),
        ("PUT", "conversations", 405, "method_not_allowed"),
        ("OPTIONS", "me", 405, "method_not_allowed"),
        ("POST", "attachments", 415, "unsupported_media_type"),
    ],
)
def test_every_error_is_a_problem(
    cast: Cast, method: str, path: str, status: int, code: str
) -> None:
    answer = browser(cast.oto).generic(method, f"/api/v1/{path}", "{}", "application/json")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert json.loads(answer.content)["code"] == code


def test_whoever_is_not_logged_in_is_told_how(cast: Cast) -> None:
    answer = Client().get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="sobani"'


def test_a_mistake_of_ours_tells_a_ref_and_logs_the_rest(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(actor: object) -> None:
        raise RuntimeError("the secret is 4711")

    monkeypatch.setattr(queries, "inboxes", fail)
    answer = browser(cast.oto).get("/api/v1/inboxes")
    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")
    assert "4711" not in answer.content.decode()
    [record] = [each for each in caplog.records if each.name == "sobani.api"]
    assert isinstance(record.msg, dict)
    assert record.msg["ref"] == answer.json()["ref"]
    assert isinstance(record.msg["exc_info"], RuntimeError)


def test_other_renderings_and_the_browsable_page_are_off(cast: Cast) -> None:
    client = browser(cast.oto)
    answer = client.get("/api/v1/me", headers={"Accept": "text/html"})
    assert answer.status_code == 406
    assert client.get("/api/v1/me?format=api").status_code == 400


# Tokens


def test_a_token_does_what_its_scopes_say_and_no_more(cast: Cast) -> None:
    id = conversation(cast)
    reader = program(cast.oto, Permission.CONVERSATION_READ)
    assert reader.get(f"/api/v1/conversations/{id}").status_code == 200
    refused = post(reader, f"conversations/{id}/notes", {"client_id": str(uuid4()), "body": "x"})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert Note.objects.count() == 0
    writer = program(cast.oto, Permission.NOTE_ADD)
    added = post(writer, f"conversations/{id}/notes", {"client_id": str(uuid4()), "body": "x"})
    assert added.status_code == 201
    assert writer.get(f"/api/v1/conversations/{id}").status_code == 403


def test_a_token_gives_no_more_than_its_operator_has(cast: Cast) -> None:
    id = conversation(cast)
    foreign = program(cast.ren, *Permission)
    assert foreign.get(f"/api/v1/conversations/{id}").status_code == 404


def test_a_token_ends_by_time_by_revoking_and_with_its_operator(cast: Cast) -> None:
    for hours, status in ((1, 200), (-1, 401)):
        timed = program(cast.oto, expires_at=timezone.now() + timedelta(hours=hours))
        assert timed.get("/api/v1/me").status_code == status
    client = program(cast.oto)
    assert client.get("/api/v1/me").status_code == 200
    cast.oto.is_active = False
    cast.oto.save()
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer x", "Bearer sbn_x", "Bearer sbn_" + "A" * 43, "bearer  sbn_" + "A" * 43,
     "Bearer \xff", "Bearer sbn_" + "A" * 100_000],
)  # fmt: skip
def test_an_invented_token_is_refused(cast: Cast, header: str) -> None:
    assert Client(HTTP_AUTHORIZATION=header).get("/api/v1/me").status_code == 401


def test_only_a_hash_of_a_token_is_kept_and_its_use_is_noted(cast: Cast) -> None:
    secret, token = issue_api_token(cast.oto, name="bot", scopes=[])
    assert secret.encode() not in bytes(ApiToken.objects.get().token_hash)
    assert len(token.token_hash) == 32
    Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/me")
    assert ApiToken.objects.get().last_used_at is not None


def test_a_program_has_no_socket_and_no_csrf(cast: Cast) -> None:
    client = program(cast.oto, *Permission)
    Epoch.objects.get_or_create(singleton=True)
    assert client.get("/api/v1/me").json()["csrf"] is None
    assert post(client, "socket-ticket", {}).status_code == 403


# Idempotency-Key


def note(body: str = "x") -> dict[str, str]:
    return {"client_id": str(uuid4()), "body": body}


def test_a_repeat_with_the_same_key_gets_the_first_answer(cast: Cast) -> None:
    id, client, new = conversation(cast), browser(cast.oto), note()
    first = post(client, f"conversations/{id}/notes", new, **{"Idempotency-Key": "k"})
    again = post(client, f"conversations/{id}/notes", new, **{"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotency-Replayed" not in first.headers
    assert again["Idempotency-Replayed"] == "true"
    assert Note.objects.count() == 1


def test_the_same_key_for_something_else_is_a_conflict(cast: Cast) -> None:
    id, client = conversation(cast), browser(cast.oto)
    post(client, f"conversations/{id}/notes", note("one"), **{"Idempotency-Key": "k"})
    for path in (f"conversations/{id}/notes", f"conversations/{id}/messages"):
        answer = post(client, path, note("two"), **{"Idempotency-Key": "k"})
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")


def test_a_failure_is_not_remembered(cast: Cast) -> None:
    id, client = conversation(cast), browser(cast.oto)
    bad = post(client, f"conversations/{id}/notes", note(""), **{"Idempotency-Key": "k"})
    assert bad.status_code == 400
    assert IdempotencyKey.objects.count() == 0
    good = post(client, f"conversations/{id}/notes", note("x"), **{"Idempotency-Key": "k"})
    assert good.status_code == 201


def test_keys_of_two_operators_do_not_meet(cast: Cast) -> None:
    id, new = conversation(cast), note()
    post(browser(cast.oto), f"conversations/{id}/notes", new, **{"Idempotency-Key": "k"})
    other = post(browser(cast.aoi), f"conversations/{id}/notes", note(), **{"Idempotency-Key": "k"})
    assert other.status_code == 201
    assert Note.objects.count() == 2


def test_a_key_is_forgotten_after_two_days(cast: Cast) -> None:
    id, client = conversation(cast), browser(cast.oto)
    post(client, f"conversations/{id}/notes", note("one"), **{"Idempotency-Key": "k"})
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=49))
    answer = post(client, f"conversations/{id}/notes", note("two"), **{"Idempotency-Key": "k"})
    assert answer.status_code == 201


def test_an_upload_is_repeatable_though_its_boundary_changes(cast: Cast) -> None:
    id, client = conversation(cast), browser(cast.oto)

    def upload(content: bytes) -> Any:
        body = {"conversation_id": id, "file": SimpleUploadedFile("x.pdf", content)}
        return client.post("/api/v1/attachments", body, headers={"Idempotency-Key": "k"})

    assert upload(PDF).json() == upload(PDF).json()
    assert Attachment.objects.count() == 1
    assert upload(PDF + b"other").status_code == 409


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_a_sane_length(cast: Cast, key: str) -> None:
    id = conversation(cast)
    answer = post(
        browser(cast.oto), f"conversations/{id}/notes", note(), **{"Idempotency-Key": key}
    )
    assert (answer.status_code, answer.json()["field"]) == (400, "Idempotency-Key")


@pytest.mark.django_db(transaction=True)
def test_twins_at_the_same_moment_act_once(cast: Cast) -> None:
    id, body = conversation(cast), note()
    clients = [browser(cast.oto) for _ in range(4)]
    answers: list[Any] = []

    def send(client: Client) -> None:
        answers.append(
            post(client, f"conversations/{id}/messages", body, **{"Idempotency-Key": "k"})
        )
        connection.close()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["message"]["id"] for answer in answers}) == 1
    assert Message.objects.filter(sender="operator").count() == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 3


# Throttles


def test_more_than_the_limit_is_throttled_for_that_operator_only(cast: Cast, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    client = browser(cast.oto)
    answers = [client.get("/api/v1/inboxes").status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    assert program(cast.oto, *Permission).get("/api/v1/inboxes").status_code == 200
    assert browser(cast.aoi).get("/api/v1/inboxes").status_code == 200


@pytest.fixture
def full_valkey() -> Iterator[None]:
    """It refuses every write, as when queues that nobody works off have filled it."""
    steady: Any = cache
    valkey = steady._cache.get_client(None, write=True)
    before = {name: valkey.config_get(name)[name] for name in ("maxmemory", "maxmemory-policy")}
    valkey.config_set("maxmemory-policy", "noeviction")
    valkey.config_set("maxmemory", 1)
    yield
    for name, value in before.items():
        valkey.config_set(name, value)
    SteadyCache.deaf_until = 0
    SteadyCache.memory.clear()


def test_f12_a_full_valkey_keeps_nobody_out(cast: Cast, full_valkey: None, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    client = browser(cast.oto)
    assert post(client, "socket-ticket", {}).status_code == 201
    statuses = [client.get("/api/v1/me").status_code for _ in range(3)]
    assert statuses == [200, 200, 429], "each process counts for itself then"


@pytest.mark.parametrize("deaf", [False, True])
def test_processes_whose_clocks_are_wrong_count_together(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch, deaf: bool
) -> None:
    """I-15: a window ends by Valkey's clock (without Valkey each counts for itself)."""
    SteadyCache.memory.clear()
    if deaf:
        monkeypatch.setattr(SteadyCache, "deaf_until", time.monotonic() + 3600)
    settings.API_REQUESTS_PER_MINUTE = 4
    client = browser(cast.oto)
    statuses = []
    for hours in (0, 0, 0, 0, 0) if deaf else (3, -3, 3, -3, 0):
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            answer = client.get("/api/v1/me")
            statuses.append(answer.status_code)
    assert statuses == [200, 200, 200, 200, 429]
    assert 1 <= int(answer["Retry-After"]) <= 60
    SteadyCache.memory.clear()
