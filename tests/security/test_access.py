"""S-50: who may do what, for every route and every socket command, against a golden table.

A new route or command has no row in the table and fails. After a change that is meant, write the
table anew and read its diff:

    SOBANI_GOLDEN=write python -m pytest -n 0 tests/security/test_access.py
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from channels.db import database_sync_to_async
from django.apps import apps
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from customers.actions.by_hand import merge_customers
from customers.actions.claims import claim
from customers.actions.erase import erase_customer
from customers.identifiers import Kind
from customers.models import Context
from talk import protocol
from talk.actions import marks, messages
from talk.actions.access import issue_ticket, revoke_visitor_token
from talk.actions.attachments import store_upload
from talk.models import Conversation, Delivery, Epoch, Operator
from talk.policy import Permission, actor_of_operator
from tests.cast import Cast, Guest
from tests.clients import browser, program
from tests.security.files import PDF
from tests.security.routes import Route, routes
from tests.security.sockets import WebSocket, lights_out

GOLDEN = Path(__file__).with_name("golden_access.txt")
WRITE = os.environ.get("SOBANI_GOLDEN") == "write"
ROLES = ("aoi", "sumire", "oto", "ren", "nobody")
SHOP = "https://shop.example"
HEADS = (*ROLES, "scopeless", "scoped", "visitor", "anonymous")
VISITORS = ("visitor", "stranger", "abroad", "ended")
ADMIN_HEADS = ("aoi", "sumire", "oto", "anonymous")  # it asks for the role and nothing else
LEGEND = """\
Who may do what. The conversation lies in the shop's inbox. aoi administers, sumire supervises,
oto answers in a team of the shop, ren in a team of another inbox, nobody is in no team; scopeless
and scoped are API tokens of oto without scopes and with all; visitor is the conversation's own
visitor token; anonymous brings nothing. "login": sent to the log-in. At the widget's socket,
stranger is another visitor of the inbox, abroad one of another inbox, ended one whose token was
revoked; a number is a status, or what the socket was closed with.
"""


WIDGET_TAGS = {kind.__struct_config__.tag for kind in protocol.WIDGET_COMMANDS}
WIDGET_ROWS = (
    *protocol.WIDGET_COMMANDS,
    *(kind for kind in protocol.CONSOLE_COMMANDS if kind.__struct_config__.tag not in WIDGET_TAGS),
)


@dataclass
class Scene:
    """One conversation in the shop with a message, an attachment and a failed delivery.

    Besides, its visitor and oto have each put up a file that they have not sent.
    """

    cast: Cast
    guest: Guest
    conversation_id: UUID
    version: int
    message_id: UUID
    attachment_id: UUID
    guest_upload_id: UUID
    oto_upload_id: UUID
    other_id: UUID
    merge_id: UUID
    erasure_id: UUID
    note_id: UUID
    member_version: int

    def arguments(self, route: Route) -> dict[str, str]:
        known = {
            "api/v1/conversations": self.conversation_id,
            "api/v1/messages": self.message_id,
            "api/v1/customers": self.guest.visitor.customer_id,
            "api/v1/customer-notes": self.note_id,
            "api/v1/attachments": self.attachment_id,
            "api/v1/merges": self.merge_id,
            "api/v1/erasures": self.erasure_id,
        }
        place = "/".join(route.pattern.split("/")[:3])
        uploads = {
            "api/v1/attachments/<str:id>": self.oto_upload_id,
            "widget/v1/attachments/<uuid:attachment_id>": self.guest_upload_id,
        }
        upload = uploads.get(route.pattern)
        return {
            "id": str(upload or known.get(place, uuid4())),
            "conversation_id": str(self.conversation_id),
            "attachment_id": str(upload or self.attachment_id),
            "public_id": self.guest.inbox.public_id,
            "link_id": str(uuid4()),
            "name": "0" * 32 + ".png",
            "object_id": self._object_id(route),
            "content_type_id": "1",
        }

    def _object_id(self, route: Route) -> str:
        if not route.pattern.startswith("admin/") or route.pattern.count("/") < 3:
            return "none"
        _, app, model, *_ = route.pattern.split("/")
        try:
            first = apps.get_model(app, model).objects.first()
        except LookupError:
            return "none"
        return str(first.pk) if first else "none"

    def body(self, method: str, route: Route) -> dict[str, Any]:
        said = {"client_id": str(uuid4()), "body": "x"}
        bodies: dict[str, dict[str, Any]] = {
            "PATCH api/v1/conversations/<str:id>": {"version": self.version, "status": "pending"},
            "POST api/v1/conversations/<str:id>/messages": said,
            "POST api/v1/conversations/<str:id>/notes": said,
            "POST api/v1/conversations/<str:id>/read": {"seq": 1},
            "POST api/v1/customers/<str:id>/notes": said,
            "PATCH api/v1/customers/<str:id>": {"version": self.member_version, "name": "x"},
            "PATCH api/v1/customers/<str:id>/labels": {"version": 0, "label_ids": []},
            "PATCH api/v1/customer-notes/<str:id>": {"version": 1, "body": "x"},
            "POST api/v1/customers/<str:id>/merge": {
                "other_id": str(self.other_id),
                "reason": "x",
            },
            "POST api/v1/customers/<str:id>/identities": {
                "kind": "email",
                "value": "taro@shop.example",
                "reason": "x",
            },
            "POST api/v1/customers/<str:id>/export": {"reason": "x"},
            "POST api/v1/customers/<str:id>/erase": {"reason": "x"},
            "POST api/v1/merges/<str:id>/undo": {"reason": "x"},
            "POST api/v1/customers/<str:id>/reveal": {"key": "card", "reason": "x"},
            "POST api/v1/attachments": {"conversation_id": str(self.conversation_id)},
            "POST widget/v1/messages": said,
            "POST api/v1/activities": {
                "customer": {"profile_id": str(self.guest.visitor.profile_id)},
                "activities": [],
            },
            "POST api/v1/customers:batch": {"customers": []},
        }
        return bodies.get(f"{method} {route.pattern}", {})

    def query(self, method: str, route: Route) -> str:
        queries = {
            "GET api/v1/conversations/<str:id>/changes": "?after=0",
            "DELETE api/v1/customer-notes/<str:id>": "?version=1",
            "GET widget/v1/messages": f"?conversation_id={self.conversation_id}&before_seq=9",
        }
        return queries.get(f"{method} {route.pattern}", "")

    def command(self, kind: type[protocol.Command]) -> dict[str, Any]:
        here = {"conversation_id": str(self.conversation_id)}
        versioned = {**here, "version": self.version}
        written = {**here, "client_id": str(uuid4()), "body": "x"}
        values = {
            protocol.OpenConversation: here,
            protocol.CloseConversation: here,
            protocol.SendMessage: written,
            protocol.AddNote: written,
            protocol.Assign: {**versioned, "assignee_id": None, "team_id": None},
            protocol.SetStatus: {**versioned, "status": "pending"},
            protocol.SetLabels: {**versioned, "label_ids": []},
            protocol.Read: {**here, "seq": 1},
            protocol.Typing: {**here, "active": True},
            protocol.RetryDelivery: {"message_id": str(self.message_id)},
        }[kind]
        return {"type": kind.__struct_config__.tag, "id": "1", **values}

    def visitor_command(self, kind: type[protocol.Command]) -> dict[str, Any]:
        values: dict[type[protocol.Command], dict[str, Any]] = {
            protocol.VisitorSend: {"client_id": str(uuid4()), "body": "x"},
            protocol.VisitorRead: {"conversation_id": str(self.conversation_id), "seq": 1},
            protocol.VisitorTyping: {"conversation_id": str(self.conversation_id), "active": True},
        }
        if kind not in values:
            return self.command(kind)
        return {"type": kind.__struct_config__.tag, "id": "1", **values[kind]}


def make_scene() -> Scene:
    cast = Cast()
    for name in ROLES[:-1]:
        getattr(cast, name)
    Epoch.objects.get_or_create(singleton=True)
    guest = cast.guest()
    file = store_upload(guest.visitor, guest.inbox, SimpleUploadedFile("x.pdf", PDF))
    asked = messages.receive(
        guest.visitor, client_id=uuid4(), body="hello", attachment_ids=(file.id,)
    )
    id = asked.conversation.id
    answered = messages.send(
        actor_of_operator(cast.oto), conversation_id=id, client_id=uuid4(), body="good day"
    )
    Delivery.objects.update_or_create(
        message_id=answered.message.id, defaults={"state": "failed", "reason": "refused"}
    )
    customer_id = guest.visitor.customer_id
    claim(guest.visitor.profile_id, Kind.EMAIL, "taro@shop.example")
    other, joined, gone = (cast.guest() for _ in range(3))
    for each in (other, joined, gone):
        messages.receive(each.visitor, client_id=uuid4(), body="hello")
    merge = merge_customers(
        actor_of_operator(cast.aoi).who,
        customer_id,
        joined.visitor.customer_id,
        choices={},
        reason="x",
    )
    kept = marks.add_note(
        actor_of_operator(cast.oto), customer_id=customer_id, client_id=uuid4(), body="x"
    )
    erased = erase_customer(actor_of_operator(cast.aoi).who, gone.visitor.customer_id, reason="x")
    waiting = [
        store_upload(owner, guest.inbox, SimpleUploadedFile("x.pdf", PDF)).id
        for owner in (guest.visitor, actor_of_operator(cast.oto))
    ]
    return Scene(
        cast,
        guest,
        id,
        Conversation.objects.get(id=id).version,
        answered.message.id,
        file.id,
        *waiting,
        other.visitor.customer_id,
        merge.id,
        erased.id,
        kept.notes[0].id,
        Context.objects.get(customer_id=customer_id).member_version,
    )


def operator_named(scene: Scene, name: str) -> Operator:
    if name != "nobody":
        return getattr(scene.cast, name)  # type: ignore[no-any-return]
    found = Operator.objects.filter(name="nobody").first()
    return found or Operator.objects.create_user("nobody@sobani.example", "x" * 20, name="nobody")


def clients(scene: Scene) -> dict[str, Client]:
    made = {name: browser(operator_named(scene, name)) for name in ROLES}
    made["scopeless"] = program(scene.cast.oto)
    made["scoped"] = program(scene.cast.oto, *Permission)
    made["visitor"] = Client(headers={"Authorization": f"Bearer {scene.guest.token}"})
    made["anonymous"] = Client()
    return made


def outcome(client: Client, method: str, path: str, body: dict[str, Any]) -> str:
    """Ask, and take back whatever it changed."""
    cookies = client.cookies.output(header="", sep=";")
    with transaction.atomic():
        answer = _ask(client, method, path, body)
        transaction.set_rollback(True)
    client.cookies.load(cookies)
    if answer.status_code in (301, 302):
        target = answer.headers["Location"]
        return "login" if target.startswith(("/login/", "/admin/login/")) else "302"
    return str(answer.status_code)


def _ask(client: Client, method: str, path: str, body: dict[str, Any]) -> Any:
    if method == "GET":
        return client.get(path)
    if path.endswith("/attachments"):
        file = SimpleUploadedFile("x.pdf", PDF)
        return client.post(path, {**body, "file": file}, headers={"Origin": SHOP})
    if path.startswith(("/api/", "/widget/")):
        text = msgspec.json.encode(body)
        return client.generic(method, path, text, "application/json", headers={"Origin": SHOP})
    return client.generic(method, path, "", "application/x-www-form-urlencoded")


def http_rows(scene: Scene) -> Iterator[str]:
    everybody = clients(scene)
    for route in routes():
        path = route.address(scene.arguments(route))
        asked = ADMIN_HEADS if route.pattern.startswith("admin/") else HEADS
        for method in _methods(route):
            cache.clear()
            body, query = scene.body(method, route), scene.query(method, route)
            cells = [
                outcome(everybody[who], method, path + query, body) if who in asked else "-"
                for who in HEADS
            ]
            yield _row(f"{method} {route.pattern}", cells)


def _methods(route: Route) -> tuple[str, ...]:
    # The admin guards a view, not its methods: has_permission is asked before either.
    return ("GET",) if route.pattern.startswith("admin/") else route.methods


def _row(what: str, cells: list[str]) -> str:
    return f"{what:<72}" + " ".join(f"{cell:<9}" for cell in cells).rstrip()


def section(title: str) -> list[str]:
    text = GOLDEN.read_text("utf-8") if GOLDEN.exists() else ""
    _, _, rest = text.partition(f"[{title}]\n")
    return rest.split("\n[")[0].strip().splitlines()[1:]


def compare(title: str, rows: list[str]) -> None:
    if WRITE:
        _write(title, rows)
    assert rows == section(title), f"[{title}] of {GOLDEN.name}: see the top of this file"


def _write(title: str, rows: list[str]) -> None:
    heads = {"http": HEADS, "console socket": ROLES, "widget socket": VISITORS}
    tables = {name: section(name) for name in heads} | {title: rows}
    parts = [
        f"[{name}]\n{_row('', list(heads[name]))}\n" + "\n".join(table)
        for name, table in tables.items()
    ]
    GOLDEN.write_text(LEGEND + "\n" + "\n\n".join(parts) + "\n", "utf-8")


@pytest.mark.django_db
def test_s50_every_route_answers_every_role_as_the_table_says() -> None:
    cache.clear()
    compare("http", list(http_rows(make_scene())))


@pytest.mark.django_db(transaction=True)
async def test_s50_every_command_answers_every_role_as_the_table_says() -> None:
    try:
        compare("console socket", await socket_rows())
    finally:
        await lights_out()


async def socket_rows() -> list[str]:
    scene = await in_thread(make_scene)()
    columns = [await column_of(scene, name) for name in ROLES]
    tags = [str(kind.__struct_config__.tag) for kind in protocol.CONSOLE_COMMANDS]
    return [_row(tag, list(cells)) for tag, *cells in zip(tags, *columns, strict=True)]


async def column_of(scene: Scene, name: str) -> list[str]:
    """Send every command over one socket of the operator."""
    cookie, ticket = await in_thread(ticket_of)(scene, name)
    socket = WebSocket("/ws/console", origin="http://localhost:8000", cookie=cookie)
    await socket.open()
    await socket.send({"type": "hello", "protocol": 1, "ticket": ticket})
    await socket.until("ready")
    cells = []
    for kind in protocol.CONSOLE_COMMANDS:
        await in_thread(refresh)(scene)
        await socket.send(scene.command(kind))
        answer = await socket.until("ok", "error")
        cells.append("ok" if answer["type"] == "ok" else str(answer["status"]))
    await socket.leave()
    return cells


@pytest.mark.django_db(transaction=True)
async def test_s50_every_command_answers_every_visitor_as_the_table_says() -> None:
    try:
        compare("widget socket", await visitor_rows())
    finally:
        await lights_out()


async def visitor_rows() -> list[str]:
    scene = await in_thread(make_scene)()
    guests = await in_thread(visitors_of)(scene)
    columns = [await visitor_column(scene, guests[name]) for name in VISITORS]
    tags = ["hello", *(str(kind.__struct_config__.tag) for kind in WIDGET_ROWS)]
    return [_row(tag, list(cells)) for tag, *cells in zip(tags, *columns, strict=True)]


def visitors_of(scene: Scene) -> dict[str, Guest]:
    ended = scene.cast.guest()
    revoke_visitor_token(ended.token)
    made = {"visitor": scene.guest, "stranger": scene.cast.guest(), "ended": ended}
    return {**made, "abroad": scene.cast.guest(scene.cast.salon)}


async def visitor_column(scene: Scene, guest: Guest) -> list[str]:
    """Say hello and send every command, about the conversation of the scene where it names one."""
    socket = WebSocket("/ws/widget", origin="http://localhost:8000")
    await socket.open()
    who = {"inbox": guest.inbox.public_id, "token": guest.token}
    await socket.send({"type": "hello", "protocol": 1, **who})
    welcome = await socket.until("ready")
    if welcome["type"] == "close":
        return [str(welcome["code"])] + ["-"] * len(WIDGET_ROWS)
    cells = ["ok"]
    for kind in WIDGET_ROWS:
        await socket.send(scene.visitor_command(kind))
        answer = await socket.until("ok", "error")
        cells.append("ok" if answer["type"] == "ok" else str(answer["status"]))
    await socket.leave()
    return cells


def in_thread(function: Callable[..., Any]) -> Any:
    return database_sync_to_async(function)


def refresh(scene: Scene) -> None:
    """Undo what the last command changed, as far as the next one asks for it."""
    scene.version = Conversation.objects.get(id=scene.conversation_id).version
    Delivery.objects.filter(message_id=scene.message_id).update(state="failed")


def ticket_of(scene: Scene, name: str) -> tuple[str, str]:
    operator = operator_named(scene, name)
    key = str(browser(operator).session.session_key)
    return f"sobani_session={key}", issue_ticket(operator, key)
