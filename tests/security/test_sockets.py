"""S-1, S-4, S-5, S-14, S-16: who gets a console socket, what it answers, and when it ends."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from channels.db import database_sync_to_async
from django.core.cache import cache
from django.db.models import F
from django.test import Client

from talk.actions import messages
from talk.actions.access import issue_ticket
from talk.models import Conversation, Epoch, Operator, SocketTicket
from tests.cast import PASSWORD, Cast
from tests.clients import browser
from tests.security.sockets import WebSocket, lights_out

pytestmark = pytest.mark.django_db(transaction=True)

HOME = "http://localhost:8000"
Change = Callable[[Client, Operator], object]


def in_thread(function: Callable[..., Any]) -> Any:
    return database_sync_to_async(function)


@pytest.fixture
async def lights(password_hashes: None) -> AsyncIterator[None]:
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


# S-4


@pytest.mark.parametrize(
    "kind",
    ["base", "__class__", "__init__", "chat.message", "websocket.disconnect", "handle", "admit",
     "event", "ready", "", "x" * 1000, "hello"],
)  # fmt: skip
async def test_s4_an_unknown_command_gets_nothing_but_a_ref(lights: None, kind: str) -> None:
    cast, client = await in_thread(make)()
    socket = await console(client, cast.oto)
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
async def test_s4_a_frame_that_is_no_command_does_no_harm(lights: None, frame: str) -> None:
    cast, client = await in_thread(make)()
    socket = await console(client, cast.oto)
    await socket.send(frame)
    answer = await socket.until("error")
    assert answer["type"] in ("error", "close")
    assert not any(word in json.dumps(answer) for word in ("Traceback", "object at 0x", "talk."))
    await socket.leave()


# S-5


async def test_s5_a_foreign_conversation_is_answered_like_a_missing_one(lights: None) -> None:
    cast, client = await in_thread(make)()
    stored = await in_thread(_write)(cast)
    socket = await console(client, cast.oto)
    answers = []
    for id in (str(stored), str(uuid4())):
        await socket.send({"type": "conversation.open", "id": "1", "conversation_id": id})
        answer = await socket.until("ok", "error")
        answers.append({key: value for key, value in answer.items() if key != "ref"})
    assert answers[0] == answers[1]
    assert answers[0]["status"] == 404
    await socket.leave()


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
