"""S-1, S-4, S-5, S-7, S-14, S-16, I-18: who gets a socket, what it answers, and when it ends."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from channels.db import database_sync_to_async
from django.core.cache import cache
from django.db.models import F
from django.test import Client
from msgspec.structs import fields

from talk.actions import messages
from talk.actions.access import issue_ticket
from talk.models import Conversation, Epoch, Message, Operator, SocketTicket
from talk.protocol import CONSOLE_COMMANDS, CloseConversation, Command
from talk.sockets.console import ConsoleSocket
from talk.sockets.widget import VisitorSocket
from tests.cast import PASSWORD, Cast, Guest
from tests.clients import browser
from tests.security.sockets import WebSocket, lights_out
from tests.security.test_second_factor import reset_form

pytestmark = pytest.mark.django_db(transaction=True)

HOME = "http://localhost:8000"
Change = Callable[[Client, Operator], object]


def in_thread(function: Callable[..., Any]) -> Any:
    return database_sync_to_async(function)


@pytest.fixture
async def lights() -> AsyncIterator[None]:
    """What lives on the event loop ends with the test."""
    cache.clear()
    await in_thread(Epoch.objects.get_or_create)(singleton=True)
    yield
    await lights_out()


async def console(client: Client, operator: Operator, **headers: str) -> WebSocket:
    """Return an open socket of the operator's session, after `ready`."""
    key = client.cookies["sobani_session"].value
    ticket = await in_thread(issue_ticket)(operator, key)
    socket = WebSocket("/ws/console", origin=HOME, cookie=f"sobani_session={key}", **headers)
    await socket.open()
    await socket.send({"type": "hello", "protocol": 1, "ticket": ticket})
    assert (await socket.until("ready"))["type"] == "ready"
    return socket


def make() -> tuple[Cast, Client]:
    cast = Cast()
    return cast, browser(cast.oto)


async def widget(guest: Guest) -> WebSocket:
    """Return an open socket of the visitor, after `ready`."""
    socket = await greet(guest)
    assert (await socket.until("ready"))["type"] == "ready"
    return socket


async def greet(guest: Guest) -> WebSocket:
    socket = WebSocket("/ws/widget", origin=HOME)
    await socket.open()
    who = {"inbox": guest.inbox.public_id, "token": guest.token}
    await socket.send({"type": "hello", "protocol": 1, **who})
    return socket


async def open_at(path: str) -> WebSocket:
    cast, client = await in_thread(make)()
    if path == "/ws/console":
        return await console(client, cast.oto)
    return await widget(await in_thread(cast.guest)())


# S-1


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "", "https://localhost:8000", "http://localhost",
     "http://localhost:8443", "http://localhost:8000.evil.example", "http://localhost:8000/",
     "http://127.0.0.1:8000", "chrome-extension://localhost:8000", "http://user@localhost:8000"],
)  # fmt: skip
async def test_s1_a_foreign_origin_is_refused_at_the_handshake(lights: None, origin: str) -> None:
    socket = WebSocket("/ws/console", origin=origin)
    assert (await socket.open())["type"] == "websocket.close"


async def test_s1_no_origin_and_two_origins_are_refused(lights: None) -> None:
    assert (await WebSocket("/ws/console").open())["type"] == "websocket.close"
    twice = WebSocket("/ws/console", origin=HOME, Origin=HOME)
    assert (await twice.open())["type"] == "websocket.close"
    once = WebSocket("/ws/console", origin=HOME)
    assert (await once.open())["type"] == "websocket.accept"


@pytest.mark.parametrize("path", ["/ws/console", "/ws/widget"])
async def test_s1_nothing_of_a_foreign_visitor_is_looked_at(
    lights: None, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """No session is read, and the ticket that it would have used up is still good."""
    cast, client = await in_thread(make)()
    key = client.cookies["sobani_session"].value
    ticket = await in_thread(issue_ticket)(cast.oto, key)
    made: list[object] = []
    for kind in (ConsoleSocket, VisitorSocket):
        with monkeypatch.context() as patch:
            patch.setattr(kind, "__init__", lambda *_: made.append(1))
            foreign = "https://evil.example"
            socket = WebSocket(path, origin=foreign, cookie=f"sobani_session={key}")
            await socket.send({"type": "hello", "protocol": 1, "ticket": ticket})
            assert (await socket.open())["type"] == "websocket.close"
    assert made == []
    assert (await knock(ticket, key))["type"] == "ready"


# S-4


@pytest.mark.parametrize(
    "kind",
    ["base", "__class__", "__init__", "chat.message", "websocket.disconnect", "handle", "admit",
     "event", "ready", "", "x" * 1000, "hello"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/ws/console", "/ws/widget"])
async def test_s4_an_unknown_command_gets_nothing_but_a_ref(
    lights: None, path: str, kind: str
) -> None:
    socket = await open_at(path)
    await socket.send({"type": kind, "id": "1"})
    answer = await socket.until("error")
    expected = {"type", "id", "status", "code", "title", "detail", "field", "ref"}
    assert set(answer) == expected
    assert (answer["id"], answer["code"]) == ("1", "bad_type")
    await socket.leave()


@pytest.mark.parametrize(
    "frame",
    ["", "{", "[]", "null", "1", '"x"', "[" * 5000, '{"type":1,"id":"1"}', '{"type":"typing"}',
     '{"type":"typing","id":{}}', '{"type":"message.send","id":"1","__class__":"x"}'],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/ws/console", "/ws/widget"])
async def test_s4_a_frame_that_is_no_command_does_no_harm(
    lights: None, path: str, frame: str
) -> None:
    socket = await open_at(path)
    await socket.send(frame)
    answer = await socket.until("error")
    assert answer["type"] in ("error", "close")
    assert not any(word in json.dumps(answer) for word in ("Traceback", "object at 0x", "talk."))
    await socket.leave()


# I-18


@pytest.mark.parametrize("path", ["/ws/console", "/ws/widget"])
@pytest.mark.parametrize("field", ["id", "body", "client_id", "attachment_ids", "extra"])
async def test_i18_what_lies_21_levels_deep_is_refused_by_name(
    lights: None, path: str, field: str
) -> None:
    """No field takes an object at all, so that there is nothing to count: 2 levels are refused."""
    socket = await open_at(path)
    for levels in (20, 1):  # the frame itself is one
        deep: list[Any] = []
        for _ in range(levels - 1):
            deep = [deep]
        value = [deep] if field == "attachment_ids" else deep
        said = {"client_id": str(uuid4()), "body": "x", field: value}
        if path == "/ws/console":
            said["conversation_id"] = str(uuid4())
        await socket.send({"type": "message.send", "id": "1", **said})
        answer = await socket.until("ok", "error")
        told = answer["status"], answer["code"], answer["field"].partition("[")[0]
        assert told == (400, "invalid", field)
    assert not await in_thread(Message.objects.exists)()
    await socket.leave()


# S-5


@pytest.mark.parametrize("kind", CONSOLE_COMMANDS, ids=lambda kind: kind.__struct_config__.tag)
async def test_s5_every_command_answers_about_a_foreign_conversation_as_about_none(
    lights: None, kind: type[Command]
) -> None:
    cast, client = await in_thread(make)()
    foreign = await in_thread(_write)(cast)
    said = await in_thread(Message.objects.get)(conversation_id=foreign)
    socket = await console(client, cast.oto)
    answers = []
    for ids in ((foreign, said.id), (uuid4(), uuid4())):
        await socket.send({"type": kind.__struct_config__.tag, "id": "1", **asked(kind, *ids)})
        answer = await socket.until("ok", "error")
        answers.append({key: value for key, value in answer.items() if key != "ref"})
    assert answers[0] == answers[1]
    if kind is CloseConversation:
        assert answers[0] == {"type": "ok", "id": "1"}, "what is not open is closed"
    else:
        assert answers[0]["status"] == 404
    await socket.leave()


def asked(kind: type[Command], conversation_id: UUID, message_id: UUID) -> dict[str, Any]:
    """Return values for whatever fields the command has; a field unknown here has to be added."""
    values = {
        "conversation_id": str(conversation_id), "message_id": str(message_id),
        "client_id": str(uuid4()), "body": "x", "version": 2, "status": "resolved", "seq": 1,
        "active": True, "assignee_id": None, "team_id": None, "label_ids": [],
        "attachment_ids": [], "snoozed_until": None, "data": {},
    }  # fmt: skip
    return {
        each.encode_name: values[each.encode_name] for each in fields(kind) if each.name != "id"
    }


def _write(cast: Cast) -> Any:
    guest = cast.guest(cast.salon)
    return messages.receive(guest.visitor, client_id=uuid4(), body="hello").conversation.id


async def test_s5_news_of_a_foreign_inbox_is_not_heard(lights: None) -> None:
    cast, client = await in_thread(make)()
    socket = await console(client, cast.oto)
    foreign = await in_thread(_write)(cast)
    await in_thread(_write_in_shop)(cast)
    heard = await socket.until("event")
    own = await in_thread(Conversation.objects.get)(inbox=cast.shop)
    assert heard["conversation_id"] == str(own.id) != str(foreign)
    await socket.leave()


def _write_in_shop(cast: Cast) -> None:
    messages.receive(cast.guest().visitor, client_id=uuid4(), body="hello")


# S-7


async def test_s7_a_visitor_who_guesses_ids_is_sent_away_for_a_minute(lights: None) -> None:
    cast, _ = await in_thread(make)()
    guessing, other = [await in_thread(cast.guest)() for _ in range(2)]
    first, second = await widget(guessing), await widget(guessing)
    for n in range(20):  # all tabs of a visitor together
        assert (await guess(first if n % 2 else second))["status"] == 404
    assert (await guess(first))["status"] == 404
    assert await first.until() == {"type": "close", "code": 1008}
    assert await (await greet(guessing)).until("ready") == {"type": "close", "code": 1008}
    innocent = await widget(other)
    assert (await guess(innocent))["status"] == 404
    for socket in (second, innocent):
        await socket.leave()


async def test_s7_a_visitor_who_guesses_at_uploads_is_sent_away_too(lights: None) -> None:
    cast, _ = await in_thread(make)()
    guest = await in_thread(cast.guest)()
    socket = await widget(guest)
    for _ in range(21):
        said = {"client_id": str(uuid4()), "body": "x", "attachment_ids": [str(uuid4())]}
        await socket.send({"type": "message.send", "id": "1", **said})
        refused = await socket.until("ok", "error")
        assert (refused["status"], refused["field"]) == (400, "attachment_ids")
    assert await socket.until() == {"type": "close", "code": 1008}
    assert await (await greet(guest)).until("ready") == {"type": "close", "code": 1008}
    assert not await in_thread(Message.objects.exists)()


async def test_s7_misses_over_http_and_at_sockets_are_counted_together(lights: None) -> None:
    cast, _ = await in_thread(make)()
    guest = await in_thread(cast.guest)()
    client = Client(headers={"Authorization": f"Bearer {guest.token}"})
    socket = await widget(guest)
    for _ in range(20):
        assert (await guess(socket))["status"] == 404
    path = f"/widget/v1/messages?conversation_id={uuid4()}&before_seq=9"
    assert (await in_thread(client.get)(path)).status_code == 429
    await socket.leave()


async def guess(socket: WebSocket) -> dict[str, Any]:
    where = {"conversation_id": str(uuid4())}
    await socket.send({"type": "conversation.read", "id": "1", "seq": 1, **where})
    return await socket.until("ok", "error")


# S-14


def log_out(client: Client, operator: Operator) -> None:
    client.post("/logout/")


def change_password(client: Client, operator: Operator) -> None:
    new = "another horse entirely"
    body = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/account/password/", body).status_code == 302


def lose_role(client: Client, operator: Operator) -> None:
    operator.role = Operator.Role.SUPERVISOR
    operator.save()


def be_deactivated(client: Client, operator: Operator) -> None:
    operator.is_active = False
    operator.save()


def leave_team(client: Client, operator: Operator) -> None:
    operator.teams.clear()


def lose_inbox(client: Client, operator: Operator) -> None:
    operator.teams.get().inboxes.clear()


def lose_team(client: Client, operator: Operator) -> None:
    operator.teams.get().delete()


@pytest.mark.parametrize(
    ("change", "status"),
    [(log_out, 401), (be_deactivated, 401), (change_password, 200), (lose_role, 200),
     (leave_team, 200), (lose_inbox, 200), (lose_team, 200)],
)  # fmt: skip
async def test_s14_changed_access_closes_the_socket_within_five_seconds(
    lights: None, change: Change, status: int
) -> None:
    cast, client = await in_thread(make)()
    socket = await console(client, cast.oto)
    began = time.monotonic()
    await in_thread(change)(client, cast.oto)
    assert (await socket.until()) == {"type": "close", "code": 4009}
    assert time.monotonic() - began < 5
    assert (await in_thread(client.get)("/api/v1/me")).status_code == status


async def test_s14_a_second_factor_that_is_taken_off_closes_the_socket(lights: None) -> None:
    cast, client = await in_thread(make)()
    await in_thread(TOTP.activate)(cast.oto, generate_totp_secret())
    socket = await console(client, cast.oto)
    await in_thread(lambda: Authenticator.objects.get(user=cast.oto, type="totp").delete())()
    assert (await socket.until()) == {"type": "close", "code": 4009}


async def test_s14_only_the_session_that_ended_loses_its_socket(lights: None) -> None:
    cast, here = await in_thread(make)()
    there = await in_thread(browser)(cast.oto)
    staying, leaving = await console(here, cast.oto), await console(there, cast.oto)
    await in_thread(log_out)(there, cast.oto)
    assert (await leaving.until()) == {"type": "close", "code": 4009}
    await staying.send({"type": "nothing", "id": "1"})
    assert (await staying.until("error"))["id"] == "1"
    await staying.leave()


async def test_s14_a_session_that_is_ended_on_the_sessions_page_loses_its_socket(
    lights: None,
) -> None:
    cast = await in_thread(Cast)()
    here, there = [await in_thread(log_in)(cast, agent) for agent in ("New laptop", "Old phone")]
    staying, leaving = await console(here, cast.oto), await console(there, cast.oto)
    row = await in_thread(UserSession.objects.get)(user_agent="Old phone")
    await in_thread(here.post)("/account/sessions/", {"session": row.pk})
    began = time.monotonic()
    assert await leaving.until() == {"type": "close", "code": 4009}
    assert time.monotonic() - began < 5
    await staying.send({"type": "nothing", "id": "1"})
    assert (await staying.until("error"))["id"] == "1"
    await staying.leave()


async def test_s14_a_password_that_is_reset_by_mail_closes_all_sockets(lights: None) -> None:
    cast = await in_thread(Cast)()
    clients = [await in_thread(log_in)(cast, agent) for agent in ("New laptop", "Old phone")]
    sockets = [await console(client, cast.oto) for client in clients]
    stranger = Client()
    form = await in_thread(reset_form)(stranger, cast.oto)
    for socket in sockets:
        await socket.send({"type": "nothing", "id": "1"})
        assert (await socket.until("error"))["id"] == "1", "asking alone ends nothing"
    new = "another horse entirely"
    await in_thread(stranger.post)(form, {"password1": new, "password2": new})
    began = time.monotonic()
    for socket in sockets:
        assert await socket.until() == {"type": "close", "code": 4009}
    assert time.monotonic() - began < 5
    for client in clients:
        assert (await in_thread(client.get)("/api/v1/me")).status_code == 401


def log_in(cast: Cast, agent: str) -> Client:
    client = Client(HTTP_USER_AGENT=agent)
    client.post("/login/", {"login": cast.oto.email, "password": PASSWORD})
    return client


# S-16


async def knock(ticket: str, key: str) -> dict[str, Any]:
    socket = WebSocket("/ws/console", origin=HOME, cookie=f"sobani_session={key}")
    await socket.open()
    await socket.send({"type": "hello", "protocol": 1, "ticket": ticket})
    answer = await socket.until("ready")
    if answer["type"] == "ready":
        await socket.leave()
    return answer


async def test_s16_a_ticket_opens_one_socket_of_its_session_once(lights: None) -> None:
    cast, client = await in_thread(make)()
    key = client.cookies["sobani_session"].value
    answer = await in_thread(client.post)(
        "/api/v1/socket-ticket", "{}", content_type="application/json"
    )
    ticket = answer.json()["ticket"]
    assert (await knock(ticket, key))["type"] == "ready"
    assert await knock(ticket, key) == {"type": "close", "code": 4001}
    other = await in_thread(issue_ticket)(cast.oto, key)
    assert await knock(other, "stolen elsewhere") == {"type": "close", "code": 4001}
    assert await knock(other, key) == {"type": "close", "code": 4001}


async def test_s16_of_two_who_use_a_ticket_at_once_one_gets_in(lights: None) -> None:
    cast, client = await in_thread(make)()
    key = client.cookies["sobani_session"].value
    for _ in range(5):
        ticket = await in_thread(issue_ticket)(cast.oto, key)
        answers = await asyncio.gather(*(knock(ticket, key) for _ in range(4)))
        assert sorted(answer.get("code", 0) for answer in answers) == [0, 4001, 4001, 4001]


@pytest.mark.parametrize(("seconds", "opens"), [(25, True), (31, False)])
async def test_s16_a_ticket_is_good_for_thirty_seconds(
    lights: None, seconds: int, opens: bool
) -> None:
    cast, client = await in_thread(make)()
    key = client.cookies["sobani_session"].value
    ticket = await in_thread(issue_ticket)(cast.oto, key)
    older = F("expires_at") - timedelta(seconds=seconds)
    await in_thread(SocketTicket.objects.update)(expires_at=older)
    expected = {"type": "ready"} if opens else {"type": "close", "code": 4001}
    assert (await knock(ticket, key)).items() >= expected.items()


async def test_s16_without_a_hello_the_socket_ends_after_five_seconds(lights: None) -> None:
    socket = WebSocket("/ws/console", origin=HOME)
    await socket.open()
    await asyncio.sleep(1)
    assert await socket.until() == {"type": "close", "code": 4001}
