"""Conversations and messages over REST, whole answers."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from talk.actions import messages
from talk.models import Conversation, Message, Note
from tests.cast import Cast, Guest
from tests.clients import browser


def write(guest: Guest, body: str) -> str:
    stored = messages.receive(guest.visitor, client_id=uuid4(), body=body)
    return str(stored.conversation.id)


def post(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def patch(client: Client, path: str, body: Any) -> Any:
    return client.patch(f"/api/v1/{path}", body, content_type="application/json")


def test_the_list_shows_the_newest_words_first_and_goes_on_by_cursor(cast: Cast) -> None:
    ids = [write(cast.guest(), f"hello {n}") for n in range(3)]
    client = browser(cast.oto)
    first = client.get("/api/v1/conversations?limit=2").json()
    second = client.get("/api/v1/conversations", {"limit": 2, "cursor": first["next"]}).json()
    assert [row["id"] for row in first["results"]] == [ids[2], ids[1]]
    assert [row["id"] for row in second["results"]] == [ids[0]]
    assert second["next"] is None


def test_a_conversation_of_a_foreign_inbox_is_neither_listed_nor_found(cast: Cast) -> None:
    id = write(cast.guest(cast.salon), "secret")
    assert browser(cast.ren).get("/api/v1/conversations").json()["results"][0]["id"] == id
    oto = browser(cast.oto)
    assert oto.get("/api/v1/conversations").json()["results"] == []
    assert oto.get(f"/api/v1/conversations/{id}").status_code == 404


def test_the_thread_has_messages_notes_context_and_past(cast: Cast) -> None:
    guest = cast.guest()
    id = write(guest, "hello")
    client = browser(cast.oto)
    post(client, f"conversations/{id}/notes", {"client_id": str(uuid4()), "body": "nice"})
    thread = client.get(f"/api/v1/conversations/{id}/thread").json()
    assert [line["body"] for line in thread["messages"]] == ["hello"]
    assert [line["body"] for line in thread["notes"]] == ["nice"]
    assert (thread["past_count"], thread["has_more"]) == (1, False)
    assert thread["version"] == thread["conversation"]["version"]


def test_a_message_is_sent_once_however_often_it_is_repeated(cast: Cast) -> None:
    id = write(cast.guest(), "hello")
    client = browser(cast.oto)
    new = {"client_id": str(uuid4()), "body": "good day"}
    answers = [post(client, f"conversations/{id}/messages", new) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["message"] == answers[1].json()["message"]
    assert answers[0].json()["message"]["author_name"] == "oto"
    assert Message.objects.filter(sender="operator").count() == 1


def test_a_client_id_with_another_text_is_refused(cast: Cast) -> None:
    id = write(cast.guest(), "hello")
    client = browser(cast.oto)
    client_id = str(uuid4())
    post(client, f"conversations/{id}/messages", {"client_id": client_id, "body": "one"})
    answer = post(client, f"conversations/{id}/messages", {"client_id": client_id, "body": "two"})
    assert (answer.status_code, answer.json()["code"]) == (409, "client_id_reused")


def test_a_change_needs_the_newest_version_and_a_loser_sees_who_won(cast: Cast) -> None:
    id = write(cast.guest(), "hello")
    client = browser(cast.oto)
    row = client.get(f"/api/v1/conversations/{id}").json()
    won = patch(
        client,
        f"conversations/{id}",
        {"version": row["version"], "assignee_id": str(cast.oto.id), "status": "pending"},
    )
    assert (won.json()["assignee_id"], won.json()["status"]) == (str(cast.oto.id), "pending")
    assert won.json()["version"] == row["version"] + 2
    lost = patch(client, f"conversations/{id}", {"version": row["version"], "status": "resolved"})
    assert (lost.status_code, lost["Content-Type"]) == (409, "application/problem+json")
    assert lost.json()["current"] == won.json()


def test_a_change_that_fails_in_its_second_part_changes_nothing(cast: Cast) -> None:
    id = write(cast.guest(), "hello")
    client = browser(cast.oto)
    before = client.get(f"/api/v1/conversations/{id}").json()
    answer = patch(
        client,
        f"conversations/{id}",
        {"version": before["version"], "status": "resolved", "assignee_id": str(cast.ren.id)},
    )
    assert (answer.status_code, answer.json()["field"]) == (400, "assignee_id")
    assert client.get(f"/api/v1/conversations/{id}").json() == before
    assert Note.objects.count() == 0


def test_reading_moves_the_mark_forward_only(cast: Cast) -> None:
    guest = cast.guest()
    id = write(guest, "one")
    write(guest, "two")
    client = browser(cast.oto)
    assert post(client, f"conversations/{id}/read", {"seq": 2}).json()["operator_read_seq"] == 2
    assert post(client, f"conversations/{id}/read", {"seq": 1}).json()["operator_read_seq"] == 2


def test_changes_since_a_version_are_whole_rows(cast: Cast) -> None:
    guest = cast.guest()
    id = write(guest, "one")
    client = browser(cast.oto)
    version = client.get(f"/api/v1/conversations/{id}").json()["version"]
    write(guest, "two")
    changes = client.get(f"/api/v1/conversations/{id}/changes?after={version}").json()
    assert [row["body"] for row in changes["messages"]] == ["two"]
    assert changes["version"] == changes["conversation"]["version"] > version


def test_earlier_messages_come_by_place(cast: Cast) -> None:
    guest = cast.guest()
    [id] = {write(guest, f"line {n}") for n in range(5)}
    client = browser(cast.oto)
    older = client.get(f"/api/v1/conversations/{id}/messages?before_seq=5&limit=2").json()
    assert [row["seq"] for row in older["messages"]] == [3, 4]
    assert older["has_more"] is True


@pytest.mark.parametrize("field", ["status", "customer_id", "seq", "inbox_id", "role"])
def test_an_unknown_field_of_a_message_is_refused_by_name(cast: Cast, field: str) -> None:
    id = write(cast.guest(), "hello")
    new = {"client_id": str(uuid4()), "body": "x", field: "resolved"}
    answer = post(browser(cast.oto), f"conversations/{id}/messages", new)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert Conversation.objects.get(id=id).last_seq == 1
