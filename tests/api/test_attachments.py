"""Files that operators put up over REST, and take back again."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from talk.actions import messages
from talk.models import Inbox
from talk.policy import Permission
from tests.cast import Cast
from tests.clients import browser, program
from tests.security.files import PDF


def upload(client: Client, conversation_id: str) -> Any:
    form = {"conversation_id": conversation_id, "file": SimpleUploadedFile("x.pdf", PDF)}
    return client.post("/api/v1/attachments", form)


def discard(client: Client, id: str) -> int:
    return client.delete(f"/api/v1/attachments/{id}").status_code


def test_an_operator_gives_up_their_own_file_until_a_message_has_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talk.actions.attachments.UNCLAIMED_LIMIT", 2)
    guest = cast.guest()
    asked = messages.receive(guest.visitor, client_id=uuid4(), body="hello")
    here, oto = str(asked.conversation.id), browser(cast.oto)
    first, second = (upload(oto, here).json()["id"] for _ in range(2))
    assert upload(oto, here).status_code == 429
    assert discard(browser(cast.aoi), first) == 404, "nobody else's, whatever their role"
    assert discard(program(cast.oto), first) == 403, "a token needs the scope"
    assert discard(program(cast.oto, Permission.MESSAGE_SEND), first) == 204
    assert oto.get(f"/api/v1/attachments/{first}/content").status_code == 404
    assert upload(oto, here).status_code == 201
    said = {"client_id": str(uuid4()), "body": "", "attachment_ids": [second]}
    sent = oto.post(f"/api/v1/conversations/{here}/messages", said, "application/json")
    assert sent.status_code == 201
    assert discard(oto, second) == 404
    assert discard(oto, "no-id") == 400


def test_what_is_above_a_limit_is_refused_with_the_limit_by_name(cast: Cast) -> None:
    guest = cast.guest()
    asked = messages.receive(guest.visitor, client_id=uuid4(), body="hello")
    here, oto = str(asked.conversation.id), browser(cast.oto)
    limits = {"attachment_max_bytes": len(PDF) - 1, "attachments_per_message": 1}
    first, second = (upload(oto, here).json()["id"] for _ in range(2))
    Inbox.objects.filter(id=guest.inbox.id).update(**limits)
    [row] = oto.get("/api/v1/inboxes").json()["results"]
    assert {name: row[name] for name in limits} == limits
    large = upload(oto, here).json()
    assert (large["code"], large["field"], large["most_bytes"]) == (
        "too_large",
        "file",
        len(PDF) - 1,
    )
    said = {"client_id": str(uuid4()), "body": "", "attachment_ids": [first, second]}
    many = oto.post(f"/api/v1/conversations/{here}/messages", said, "application/json").json()
    assert (many["code"], many["field"], many["most"]) == ("invalid", "attachment_ids", 1)


def test_a_file_is_in_a_message_once_and_is_still_there_for_the_next_try(cast: Cast) -> None:
    asked = messages.receive(cast.guest().visitor, client_id=uuid4(), body="hello")
    here, oto = str(asked.conversation.id), browser(cast.oto)
    first, second = (upload(oto, here).json()["id"] for _ in range(2))
    where = f"/api/v1/conversations/{here}/messages"
    said = {"client_id": str(uuid4()), "body": "", "attachment_ids": [first, second, first]}
    twice = oto.post(where, said, "application/json")
    refused = twice.json()
    assert (twice.status_code, refused["code"], refused["field"], refused["detail"]) == (
        400,
        "invalid",
        "attachment_ids",
        "A file is in a message once",
    )
    once = oto.post(where, {**said, "attachment_ids": [first, second]}, "application/json")
    assert [each["id"] for each in once.json()["message"]["attachments"]] == [first, second]
