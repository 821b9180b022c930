from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils.timezone import now

from talk.actions import access, conversations, messages, notes
from talk.errors import NotFound
from talk.models import Conversation, Event, Message
from talk.widget import limits
from tests.cast import Cast, Guest, actor
from tests.widget.site import OURS, SALON, SHOP, Page, may_be_read_by

pytestmark = pytest.mark.django_db

CONVERSATION = {
    "id",
    "status",
    "visitor_version",
    "last_seq",
    "customer_read_seq",
    "operator_read_seq",
    "blanked_seq",
    "created_at",
}
MESSAGE = {
    "id",
    "conversation_id",
    "seq",
    "sender",
    "author_name",
    "author_avatar",
    "client_id",
    "body",
    "data",
    "attachments",
    "created_at",
}


def say(guest: Guest, body: str = "hello") -> Any:
    return messages.receive(guest.visitor, client_id=uuid4(), body=body)


def answer(cast: Cast, conversation_id: UUID, body: str = "welcome") -> Any:
    return messages.send(
        actor(cast.oto), conversation_id=conversation_id, client_id=uuid4(), body=body
    )


def test_history_is_the_visitor_s_own_rows_and_nothing_of_the_operators(cast: Cast) -> None:
    guest = cast.guest()
    said = say(guest)
    answer(cast, said.conversation.id)
    notes.add(
        actor(cast.oto), conversation_id=said.conversation.id, client_id=uuid4(), body="SECRET"
    )
    response = Page(OURS, guest).get("conversations")
    history = response.json()
    assert [set(row) for row in history["conversations"]] == [CONVERSATION]
    assert [set(row) for row in history["messages"]] == [MESSAGE, MESSAGE]
    assert [row["body"] for row in history["messages"]] == ["hello", "welcome"]
    assert history["messages"][1]["author_name"] == "oto"
    assert "SECRET" not in response.content.decode()


def without_clock(history: dict[str, Any]) -> dict[str, Any]:
    assert datetime.fromisoformat(history["now"])
    return {name: value for name, value in history.items() if name != "now"}


def test_what_operators_do_among_themselves_moves_no_number_of_the_visitor(cast: Cast) -> None:
    guest = cast.guest()
    said = say(guest).conversation
    page = Page(OURS, guest)
    before = without_clock(page.get("conversations").json())
    note = notes.add(actor(cast.oto), conversation_id=said.id, client_id=uuid4(), body="SECRET")
    conversations.assign(
        actor(cast.oto),
        conversation_id=said.id,
        version=note.version,
        assignee_id=cast.oto.id,
        team_id=None,
    )
    assert without_clock(page.get("conversations").json()) == before
    told = Event.objects.filter(profile_id=guest.visitor.profile_id)
    assert list(told.values_list("kind", flat=True).order_by("id")) == [
        "conversation.created",
        "message.created",
    ]
    answer(cast, said.id)
    assert page.get("conversations").json() != before


def test_older_messages_come_in_pages_of_fifty(cast: Cast) -> None:
    guest = cast.guest()
    for count in range(60):
        conversation = say(guest, f"message {count + 1}").conversation
    page = Page(OURS, guest)
    history = page.get("conversations").json()
    assert [row["seq"] for row in history["messages"]] == list(range(11, 61))
    assert history["has_more"]
    older = page.get("messages", conversation_id=conversation.id, before_seq=11).json()
    assert [row["seq"] for row in older["messages"]] == list(range(1, 11))
    assert older["has_more"] is False
    newest = page.get("messages", conversation_id=conversation.id).json()
    assert newest["messages"] == history["messages"]


def test_sending_by_http_is_the_socket_s_command(cast: Cast) -> None:
    guest, client_id = cast.guest(), str(uuid4())
    page = Page(OURS, guest)
    first = page.post("messages", {"client_id": client_id, "body": "一度だけ"})
    again = page.post("messages", {"client_id": client_id, "body": "一度だけ"})
    assert first.status_code == again.status_code == 200
    assert first.json()["message"] == again.json()["message"]
    assert set(first.json()["conversation"]) == CONVERSATION
    assert Message.objects.count() == 1
    other = page.post("messages", {"client_id": client_id, "body": "別の内容"})
    assert (other.status_code, other.json()["code"]) == (409, "client_id_reused")
    assert "current" not in other.json()


def test_sending_again_after_the_window_sends_nothing(cast: Cast) -> None:
    guest, client_id = cast.guest(), str(uuid4())
    page = Page(OURS, guest)
    first = page.post("messages", {"client_id": client_id, "body": "一度だけ"}).json()
    Conversation.objects.update(status="resolved", resolved_at=now() - timedelta(days=8))
    again = page.post("messages", {"client_id": client_id, "body": "一度だけ"})
    assert (again.status_code, again.json()["message"]) == (200, first["message"])
    assert (Message.objects.count(), Conversation.objects.count()) == (1, 1)


@pytest.mark.parametrize("id", [True, 0, "0", [], {"$ne": 1}, 2**63, "1e3", None])
def test_s_9_an_id_that_is_none_is_refused_with_its_field(cast: Cast, id: Any) -> None:
    page = Page(OURS, cast.guest())
    sent = page.post("messages", {"client_id": id, "body": "x"})
    assert (sent.status_code, sent.json()["field"]) == (400, "client_id")
    asked = page.get("messages", conversation_id=str(id))
    assert (asked.status_code, asked.json()["field"]) == (400, "conversation_id")


@pytest.mark.parametrize("place", ["-1", "1e3", "٣", "9" * 16, "x"])
def test_a_place_that_is_none_is_refused(cast: Cast, place: str) -> None:
    guest = cast.guest()
    conversation = say(guest).conversation
    asked = Page(OURS, guest).get("messages", conversation_id=conversation.id, before_seq=place)
    assert (asked.status_code, asked.json()["field"]) == (400, "before_seq")


def test_s_7_a_foreign_conversation_answers_like_a_missing_one(cast: Cast) -> None:
    theirs = say(cast.guest()).conversation
    in_salon = say(cast.guest(cast.salon)).conversation
    page = Page(OURS, cast.guest())
    answers = [page.get("messages", conversation_id=id) for id in (theirs.id, in_salon.id, uuid4())]
    bodies = [{**each.json(), "ref": ""} for each in answers]
    assert [each.status_code for each in answers] == [404, 404, 404]
    assert bodies[0] == bodies[1] == bodies[2]


def test_s_7_guessing_ids_is_throttled_after_twenty_misses(cast: Cast) -> None:
    guest, other = cast.guest(), cast.guest()
    own = say(guest).conversation
    page = Page(OURS, guest)
    codes = [page.get("messages", conversation_id=uuid4()).status_code for _ in range(22)]
    assert codes == [404] * 20 + [429, 429]
    assert page.get("messages", conversation_id=own.id).status_code == 429
    assert Page(OURS, other).get("conversations").status_code == 200


def test_s_7_guessing_at_uploads_is_throttled_after_twenty_misses_too(cast: Cast) -> None:
    guest, other = cast.guest(), cast.guest()
    page = Page(OURS, guest)

    def send(page: Page) -> int:
        said = {"client_id": str(uuid4()), "body": "x", "attachment_ids": [str(uuid4())]}
        return page.post("messages", said).status_code

    assert [send(page) for _ in range(22)] == [400] * 20 + [429, 429]
    assert page.get("conversations").status_code == 429
    assert send(Page(OURS, other)) == 400


def test_s_10_a_token_works_from_any_browser_until_it_is_revoked(cast: Cast) -> None:
    guest = cast.guest()
    say(guest)
    assert len(Page(OURS, guest).get("conversations").json()["messages"]) == 1
    access.revoke_visitor_token(guest.token)
    response = Page(OURS, guest).get("conversations")
    assert response.status_code == 401
    assert guest.token not in response.content.decode()


def test_s_10_a_token_in_the_address_is_not_taken(cast: Cast) -> None:
    guest = cast.guest()
    assert Page(OURS).get("conversations", token=guest.token).status_code == 401


def test_s_10_a_token_is_bound_to_its_inbox(cast: Cast) -> None:
    guest = cast.guest(cast.salon)
    assert Page(SALON, guest).get("conversations").status_code == 200
    assert Page(SHOP, guest).get("conversations").status_code == 403
    assert access.visitor_by_token(cast.salon.public_id, guest.token) == guest.visitor
    with pytest.raises(NotFound):  # a socket names its inbox beside the token
        access.visitor_by_token(cast.shop.public_id, guest.token)


@pytest.mark.parametrize(
    ("origin", "status", "is_readable"),
    [(OURS, 200, False), ("", 200, False), (SHOP, 200, True), ("https://evil.example", 403, False)],
)
def test_s_6_who_may_ask_with_a_token(
    cast: Cast, origin: str, status: int, is_readable: bool
) -> None:
    response = Page(origin, cast.guest()).get("conversations")
    assert response.status_code == status
    assert may_be_read_by(response, origin) == is_readable
    assert "Origin" in response.headers["Vary"]


def test_a_flood_of_messages_is_slowed_down(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MESSAGES", limits.parse("3/minute"))
    page = Page(OURS, cast.guest())
    codes = [
        page.post("messages", {"client_id": str(uuid4()), "body": "x"}).status_code
        for _ in range(4)
    ]
    assert codes == [200, 200, 200, 429]


def test_another_method_is_refused_as_a_problem(cast: Cast) -> None:
    response = Page(OURS, cast.guest()).client.put("/widget/v1/messages")
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")


def test_status_changes_reach_the_visitor_s_row(cast: Cast) -> None:
    guest = cast.guest()
    row = say(guest).conversation
    conversations.set_status(
        actor(cast.oto),
        conversation_id=row.id,
        version=row.version,
        status="resolved",
        snoozed_until=None,
    )
    [shown] = Page(OURS, guest).get("conversations").json()["conversations"]
    assert shown["status"] == "resolved"
    assert shown["visitor_version"] > row.visitor_version
