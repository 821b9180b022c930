"""What a visitor's socket meets on its way in: an end in between, rows that cannot be read."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from customers.actions.identify import Person, identify
from customers.actions.merges import undo_merge
from customers.models import MergeLog, Profile
from talk import arrivals, database, frames, logged
from talk.actions import access, messages
from talk.live import Live
from talk.queries.log import events_after
from talk.sockets import missed
from talk.sockets.closing import AUTH_NEEDED, RESTART, REVOKED
from talk.sockets.widget import VisitorSocket
from talk.wire import Wires
from tests.asynchronous import in_database
from tests.cast import Cast, Guest, actor
from tests.widget.site import AGENT
from tests.widget.test_devices import DESKTOP_NAME, NEWER, PHONE, PHONE_NAME, lines
from tests.widget.test_messages import say

pytestmark = pytest.mark.django_db(transaction=True)


async def come_in(guest: Guest, agent: str = "") -> list[dict[str, Any]]:
    """Return all that a socket with this guest's hello was sent; then its client goes."""
    headers = [(b"user-agent", agent.encode())] if agent else []
    sent: list[dict[str, Any]] = []
    hello = {"type": "hello", "protocol": 1, "resume": None}
    hello |= {"inbox": guest.inbox.public_id, "token": guest.token}
    frames = [
        {"type": "websocket.receive", "text": json.dumps(hello)},
        {"type": "websocket.disconnect"},
    ]

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.05)
        return frames.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await VisitorSocket({"headers": headers, "client": None}, send).run(receive)
    return sent


def closed_with(sent: list[dict[str, Any]]) -> list[int]:
    return [message["code"] for message in sent if message["type"] == "websocket.close"]


def meanwhile(monkeypatch: pytest.MonkeyPatch, step: str, alive: Live, change: Any) -> None:
    """Let something happen right after a step of the arrival, and be heard at once."""
    real = getattr(arrivals, step)

    async def and_then(*arguments: Any) -> Any:
        found = await real(*arguments)
        await in_database(change)()
        await alive._heal()
        return found

    monkeypatch.setattr(arrivals, step, and_then)


async def test_who_is_known_gets_in(alive: Live, newcomer: Guest) -> None:
    [welcome] = await come_in(newcomer)
    assert json.loads(welcome["text"])["type"] == "ready"


async def test_s_10_a_socket_from_another_device_is_pointed_out_without_any_request(
    alive: Live, newcomer: Guest
) -> None:
    await in_database(say)(newcomer)
    for agent in (AGENT, NEWER, AGENT, ""):
        await come_in(newcomer, agent)
    assert await in_database(lines)() == []
    [welcome, *_] = await come_in(newcomer, PHONE)
    assert json.loads(welcome["text"])["type"] == "ready"
    told = {"code": "device", "from": DESKTOP_NAME, "to": PHONE_NAME}
    assert await in_database(lines)() == [told]
    await come_in(newcomer, PHONE)
    assert await in_database(lines)() == [told]


async def test_a_token_that_ends_before_its_socket_hears_is_refused(
    alive: Live, newcomer: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end() -> None:
        access.revoke_visitor_token(newcomer.token)

    meanwhile(monkeypatch, "holder", alive, end)
    sent = await come_in(newcomer)
    assert [message["type"] for message in sent] == ["websocket.close"]
    assert closed_with(sent) == [REVOKED]
    monkeypatch.undo()
    assert closed_with(await come_in(newcomer)) == [AUTH_NEEDED]


def join(guest: Guest, user_id: str) -> Profile:
    return identify(guest.visitor.profile_id, Person(user_id=user_id)).profile


async def test_a_member_whose_profiles_are_parted_meanwhile_comes_back(
    alive: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = Cast()
    guests = [await in_database(cast.guest)() for _ in range(2)]
    for each in guests:
        await in_database(join)(each, "user-7")
    await alive._heal()

    def part() -> None:
        undo_merge(MergeLog.objects.get().id, actor="sumire")

    meanwhile(monkeypatch, "member", alive, part)
    assert closed_with(await come_in(guests[0])) == [RESTART]


async def test_a_member_who_is_gone_meanwhile_is_refused_like_anybody(
    alive: Live, newcomer: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    await in_database(join)(newcomer, "user-8")
    monkeypatch.setattr(Profile.objects, "filter", lambda **_: Profile.objects.none())
    assert closed_with(await come_in(newcomer)) == [AUTH_NEEDED]


def spoil(profile_id: UUID, rows: str) -> None:
    """Say something, and make the rows of the log what no release of today writes."""
    cast = Cast()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO talk_event (kind, inbox_id, conversation_id, profile_id, version, rows)"
            " VALUES ('message.created', %s, %s, %s, 1, %s)",
            [cast.shop.id, uuid4(), profile_id, rows],
        )


async def test_what_a_visitor_missed_is_what_the_socket_would_have_told(newcomer: Guest) -> None:
    """Messages with files and without: the log's text has the same fields as the frames."""
    _, since = await logged.position()
    who = newcomer.visitor
    say, answer = in_database(messages.receive), in_database(messages.send)
    oto = await in_database(lambda: actor(Cast().aoi))()
    stored = await say(who, client_id=uuid4(), body='"引用" と 改行\n')
    files = [
        {"id": str(uuid4()), "name": "名", "media_type": "image/png", "size": 3, "url": "/secret"}
        | {"width": width, "height": None}
        for width in (None, 7)
    ]
    await answer(oto, conversation_id=stored.conversation.id, client_id=uuid4(), body="はい")
    await say(who, client_id=uuid4(), body="写真")
    await in_database(attach)(who.profile_id, files)
    rings = await logged.between(since, 2**62, most=10_000)
    made = [frames.visitor_frame(ring) for ring in rings if ring.profile == str(who.profile_id)]
    expected = [json.loads(each[0]) for each in made if each]
    wires = Wires(*arrivals.PREPARE, most=1)
    [told] = await arrivals.missed(wires, [who.profile_id], since) or []
    wires.close()
    await database.close()
    assert json.loads(f"[{told.text}]") == expected
    assert told.events == len(expected) >= 3
    assert told.size == len(told.text.encode())
    assert "secret" not in told.text
    assert "写真" in told.text
    assert expected[-1]["rows"]["message"]["attachments"][1]["width"] == 7


def attach(profile_id: UUID, files: list[dict[str, Any]]) -> None:
    """Put files, as operators see them, into the last event's message."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE talk_event SET rows = jsonb_set(rows, '{message,attachments}', %s)"
            " WHERE id = (SELECT max(id) FROM talk_event WHERE profile_id = %s)",
            [json.dumps(files), profile_id],
        )


UNREADABLE = ['{"conversation": {"id": "x"}}', "{}", "[1]", '"x"']


@pytest.mark.parametrize("rows", UNREADABLE)
async def test_rows_that_cannot_be_read_let_a_visitor_fetch_anew(
    alive: Live, newcomer: Guest, rows: str
) -> None:
    profiles, (_, since) = [newcomer.visitor.profile_id], await logged.position()
    await in_database(messages.receive)(newcomer.visitor, client_id=uuid4(), body="その前")
    assert len(await arrivals.missed(alive.arrivals, profiles, since) or []) == 1
    await in_database(spoil)(newcomer.visitor.profile_id, rows)
    assert await arrivals.missed(alive.arrivals, profiles, since) is None


@pytest.mark.parametrize("rows", UNREADABLE[1:])
async def test_a_console_gets_what_is_behind_rows_that_cannot_be_read(
    alive: Live, rows: str
) -> None:
    cast = Cast()
    oto = await in_database(lambda: actor(cast.aoi))()
    newcomer = await in_database(cast.guest)()
    before = (await in_database(events_after)(oto, None)).token
    await in_database(spoil)(newcomer.visitor.profile_id, rows)
    say = in_database(messages.receive)
    stored = await say(newcomer.visitor, client_id=uuid4(), body="その後ろ")
    found = await missed.of_operator(oto, int(before.partition(".")[2]))
    told = [json.loads(each.text)["conversation_id"] for each in found or []]
    assert told[-1] == str(stored.conversation.id)
    page = await in_database(events_after)(oto, before)
    assert not page.resync
    assert json.loads(bytes(page.events[-1]))["conversation_id"] == told[-1]
