"""S-5, S-7, S-8, S-9: ids that are guessed, foreign, or no ids at all."""

import json
import re
import statistics
import time
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from talk.actions import messages
from talk.models import Conversation, Message
from tests.cast import Cast, Guest
from tests.clients import browser

pytestmark = pytest.mark.django_db

UUID7 = "01a20015-17a6-718e-93b3-0e6454518aef"
NOT_IDS: list[Any] = [
    True, 0, "0", [], {"$ne": 1}, 2**63, "1e3", "", " ", None, 1.5, "null", f"{UUID7[:-1]}g",
    f"{{{UUID7}}}", f"urn:uuid:{UUID7}", "' OR 1=1--", "../me",
]  # fmt: skip
WAYS = ["", "/thread", "/messages", "/changes?after=0"]


def write(guest: Guest, body: str = "hello") -> str:
    return str(messages.receive(guest.visitor, client_id=uuid4(), body=body).conversation.id)


def bare(answer: Any) -> tuple[int, str]:
    return answer.status_code, re.sub(r'"ref":"[0-9a-f]+"', "", answer.content.decode())


@pytest.mark.parametrize("way", WAYS)
def test_s5_a_foreign_conversation_is_answered_like_a_missing_one(cast: Cast, way: str) -> None:
    foreign = write(cast.guest(cast.salon))
    client = browser(cast.oto)
    assert browser(cast.ren).get(f"/api/v1/conversations/{foreign}{way}").status_code == 200
    answers = [client.get(f"/api/v1/conversations/{id}{way}") for id in (foreign, uuid4())]
    assert bare(answers[0]) == bare(answers[1])
    assert answers[0].status_code == 404


def test_s5_nothing_can_be_done_to_a_foreign_conversation(cast: Cast) -> None:
    foreign = write(cast.guest(cast.salon))
    before = list(Conversation.objects.values())
    client = browser(cast.oto)
    tries: list[tuple[str, str, Any]] = [
        ("POST", "/messages", {"client_id": str(uuid4()), "body": "x"}),
        ("POST", "/notes", {"client_id": str(uuid4()), "body": "x"}),
        ("POST", "/read", {"seq": 1}),
        ("PATCH", "", {"version": before[0]["version"], "status": "resolved"}),
    ]
    for method, way, body in tries:
        path = f"/api/v1/conversations/{foreign}{way}"
        answer = client.generic(method, path, json.dumps(body), "application/json")
        assert answer.status_code == 404, way
    assert list(Conversation.objects.values()) == before


def visitor(guest: Guest) -> Client:
    return Client(
        headers={"Authorization": f"Bearer {guest.token}", "Origin": "https://shop.example"}
    )


def test_s7_a_visitor_finds_no_conversation_but_their_own(cast: Cast) -> None:
    me, stranger = cast.guest(), cast.guest()
    mine, theirs = write(me), write(stranger, "secret")
    client = visitor(me)
    path = "/widget/v1/messages?before_seq=99&conversation_id="
    assert "hello" in client.get(f"{path}{mine}").content.decode()
    foreign, missing = client.get(f"{path}{theirs}"), client.get(f"{path}{uuid4()}")
    assert bare(foreign) == bare(missing)
    assert "secret" not in foreign.content.decode()


def test_s7_a_foreign_id_costs_no_more_work_than_a_missing_one(cast: Cast) -> None:
    foreign, client = write(cast.guest(cast.salon)), browser(cast.oto)

    def seconds(id: object) -> float:
        began = time.process_time()  # not the clock: others work on this machine too
        client.get(f"/api/v1/conversations/{id}")
        return time.process_time() - began

    pairs = []
    for _ in range(25):
        cache.clear()
        pairs.append((seconds(foreign), seconds(uuid4())))
    ratio = statistics.median(a for a, _ in pairs) / statistics.median(b for _, b in pairs)
    assert 0.6 < ratio < 1.6


def test_s7_whoever_keeps_guessing_is_stopped(cast: Cast, settings: Any) -> None:
    id = write(cast.guest())
    client = browser(cast.oto)
    answers = [client.get(f"/api/v1/conversations/{uuid4()}") for _ in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {404}
    assert answers[60].status_code == 429
    assert 1 <= int(answers[60]["Retry-After"]) <= 60
    assert client.get(f"/api/v1/conversations/{id}").status_code == 429
    assert browser(cast.aoi).get(f"/api/v1/conversations/{id}").status_code == 200


def test_s7_whoever_keeps_guessing_at_uploads_is_stopped_too(cast: Cast) -> None:
    """Nothing is counted of a message that names too many, or the same twice: it is no guess."""
    here = f"/api/v1/conversations/{write(cast.guest())}/messages"
    client, twice = browser(cast.oto), str(uuid4())

    def send(*uploads: str) -> Any:
        said = {"client_id": str(uuid4()), "body": "x", "attachment_ids": uploads}
        return client.post(here, said, "application/json")

    assert {send(twice, twice).status_code for _ in range(70)} == {400}
    answers = [send(str(uuid4())) for _ in range(61)]
    assert {(each.status_code, each.json()["field"]) for each in answers[:60]} == {
        (400, "attachment_ids")
    }
    assert answers[60].status_code == 429
    assert client.get("/api/v1/conversations").status_code == 429


def test_s8_a_visitors_message_goes_to_their_own_conversation_whatever_they_name(
    cast: Cast,
) -> None:
    me, stranger = cast.guest(), cast.guest()
    theirs = write(stranger)
    for extra in (
        {"conversation_id": theirs},
        {"profile_id": str(stranger.visitor.profile_id)},
        {"customer_id": str(stranger.visitor.customer_id)},
        {"inbox_id": str(cast.salon.id)},
    ):
        body = {"client_id": str(uuid4()), "body": "x", **extra}
        answer = visitor(me).post("/widget/v1/messages", body, content_type="application/json")
        assert answer.status_code in (200, 201, 400), extra
    assert Message.objects.filter(conversation_id=theirs).count() == 1
    assert not Conversation.objects.filter(inbox=cast.salon).exists()


@pytest.mark.parametrize("bad", NOT_IDS)
def test_s9_what_is_no_id_in_a_body_is_refused_by_name(cast: Cast, bad: Any) -> None:
    id, client = write(cast.guest()), browser(cast.oto)
    version = Conversation.objects.get(id=id).version
    new = {"client_id": bad, "body": "x"}
    answers = {
        "client_id": client.post(
            f"/api/v1/conversations/{id}/messages", new, content_type="application/json"
        ),
        "attachment_ids": client.post(
            f"/api/v1/conversations/{id}/messages",
            {"client_id": str(uuid4()), "attachment_ids": [bad]},
            content_type="application/json",
        ),
    }
    if bad is not None:  # null means: nobody
        answers["assignee_id"] = client.patch(
            f"/api/v1/conversations/{id}",
            {"version": version, "assignee_id": bad},
            content_type="application/json",
        )
    for field, answer in answers.items():
        assert answer.status_code == 400, field
        assert answer.json()["field"].startswith(field)


@pytest.mark.parametrize("bad", [each for each in NOT_IDS if isinstance(each, str) and each])
def test_s9_what_is_no_id_in_an_address_or_query_is_refused(cast: Cast, bad: str) -> None:
    client = browser(cast.oto)
    quoted = bad.replace("/", "%2F").replace(" ", "%20")
    for path in (f"conversations/{quoted}", f"customers/{quoted}"):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code in (400, 404)
        assert answer["Content-Type"] == "application/problem+json"
    asked = client.get("/api/v1/conversations", {"inbox_id": bad})
    assert (asked.status_code, asked.json()["field"]) == (400, "inbox_id")


@pytest.mark.parametrize("version", [True, "1", 1.5, -1, 2**63, None, [], {}])
def test_s9_a_version_is_a_whole_number(cast: Cast, version: Any) -> None:
    id = write(cast.guest())
    change = {"version": version, "status": "resolved"}
    answer = browser(cast.oto).patch(
        f"/api/v1/conversations/{id}", change, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["field"]) == (400, "version")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=1e3", "limit"),
        ("limit=1&limit=2", "limit"),
        ("view=everything", "view"),
        ("cursor=zzz", "cursor"),
        ("order_by=password", "order_by"),
        ("assignee__password__startswith=a", "assignee__password__startswith"),
    ],
)
def test_s9_a_query_is_typed_too(cast: Cast, query: str, field: str) -> None:
    answer = browser(cast.oto).get(f"/api/v1/conversations?{query}")
    assert (answer.status_code, answer.json()["field"]) == (400, field)


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", '"x"', "1", "NaN", "[" * 100_000, '{"a":' * 20_000,
     '{"body":"\\ud800"}', "\xff\xfe"],
)  # fmt: skip
def test_s9_a_body_that_is_no_object_is_plainly_refused(cast: Cast, body: str) -> None:
    id = write(cast.guest())
    answer = browser(cast.oto).generic(
        "POST", f"/api/v1/conversations/{id}/notes", body, "application/json"
    )
    assert answer.status_code == (413 if len(body) > 64 * 1024 else 400)
    assert "Traceback" not in answer.content.decode()


def test_s9_text_that_the_database_cannot_keep_is_refused(cast: Cast) -> None:
    id = write(cast.guest())
    for text in ("a\0b", "x" * 10_001):
        body = {"client_id": str(uuid4()), "body": text}
        answer = browser(cast.oto).post(
            f"/api/v1/conversations/{id}/messages", body, content_type="application/json"
        )
        assert (answer.status_code, answer.json()["field"]) == (400, "body")
