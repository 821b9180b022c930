"""S-10, S-65: after a whole flow no log has what opens a door, nor what a person wrote."""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx2
import psycopg
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake

from config.embedded.places import database_url, redis_url
from tests.cast import PASSWORD
from tests.config.running import Up, prepare
from tests.flows.client import Console, Visitor
from tests.flows.link import Frame, Place, Refused
from tests.security.files import PDF
from tests.site.stagehand import Stagehand

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SHOP = "https://shop.example"
# As production logs, with a mail server that is away; and as a person reads it, mails in files.
SITES = {
    "daphne": {"LOG_FORMAT": "json", "EMAIL_URL": "smtp://mailer:{smtp}@127.0.0.1:9"},
    "uvicorn": {"LOG_FORMAT": "console"},
}


class Secrets:
    """What must be nowhere: `secrets("body")` is a new one, `keep` takes one that somebody made."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        return self.keep(name, f"canary{name}{uuid4().hex}")

    def keep(self, name: str, value: str) -> str:
        assert len(value) > 20, name
        self.known[f"{name} {len(self.known)}"] = value
        return value

    def told_in(self, text: str) -> set[str]:
        return {name for name, value in self.known.items() if value in text or quote(value) in text}


class Flow:
    """Everybody who uses one site, and what they let slip where it must not be heard."""

    def __init__(self, up: Up, state: Path, secrets: Secrets) -> None:
        self.state, self.secrets = state, secrets
        self.place = Place(up.port, f"http://localhost:{up.port}")
        where = {"DATABASE_URL": database_url(state), "REDIS_URL": redis_url(state)}
        self.hand = Stagehand({**where, "STATE_DIR": str(state), "PUBLIC_URL": self.place.origin})
        self.cast = self.hand.do("cast")
        self.http = self.new_http()

    def new_http(self) -> httpx2.AsyncClient:
        host = {"Host": f"localhost:{self.place.port}"}
        return httpx2.AsyncClient(
            timeout=20, trust_env=False, base_url=self.place.http(""), headers=host
        )

    async def leave(self) -> None:
        await self.http.aclose()
        self.hand.close()

    async def ask(self, method: str, path: str, *expected: int, **options: Any) -> Any:
        origin = SHOP if path.startswith("/widget/") else self.place.origin
        headers = {"Origin": origin, **options.pop("headers", {})}
        answer = await self.http.request(method, path, headers=headers, **options)
        status = answer.status_code
        assert status in expected if expected else status < 400, (
            method,
            path,
            answer.status_code,
            answer.text[:300],
        )
        return answer

    # A visitor

    async def visit(self) -> Visitor:
        inbox = self.hand.do("guest", cast=self.cast)["inbox"]
        page = {"url": f"https://shop.example/?email={self.secrets('mail')}%40x.example"}
        asked = {"inbox": inbox, "chat": True, "page": page}
        session = (await self.ask("POST", "/widget/v1/session", json=asked)).json()
        self.secrets.keep("token", session["token"])
        visitor = Visitor(self.place, {**session, "inbox": inbox})
        await self.leak_over_http(inbox, session["token"])
        await self.become_a_member(visitor)
        return visitor

    async def leak_over_http(self, inbox: str, token: str) -> None:
        """All the wrong places for it, and all the wrong bodies with it."""
        bearer = {"Authorization": f"Bearer {token}"}
        wrong = self.secrets("unknown")
        for path, headers in (
            (f"/widget/v1/conversations?token={token}", {}),
            (f"/widget/v1/{quote(token)}", {}),
            (f"/widget/{inbox}/?token={token}", {"Referer": f"https://shop.example/?t={token}"}),
            ("/widget/v1/conversations", {"Cookie": f"token={token}"}),
            ("/widget/v1/conversations", {"Authorization": f"Bearer {wrong}"}),
            ("/widget/v1/conversations", {"Authorization": f"Basic {token}"}),
            (f"/widget/v1/messages?conversation_id={uuid4()}&before_seq=1&token={token}", bearer),
        ):
            await self.ask("GET", path, 200, 400, 401, 404, headers=headers)
        for body in (f'{{"inbox": "{inbox}", "token": "{token}"', f'"{token}"', f"[{wrong}"):
            for path in ("session", "activities", "messages", "claims", "identify"):
                await self.ask("POST", f"/widget/v1/{path}", 400, content=body, headers=bearer)
        claimed = {"email": f"{self.secrets('claim')}@shop.example", "name": self.secrets("name")}
        await self.ask("POST", "/widget/v1/claims", json=claimed, headers=bearer)
        url = f"https://shop.example/cart?session={self.secrets('session')}"
        seen = {"id": str(uuid4()), "kind": "page", "url": url, "title": self.secrets("title")}
        told = {
            "inbox": inbox,
            "token": token,
            "activities": [seen, {"kind": self.secrets("kind")}],
        }
        await self.ask("POST", "/widget/v1/activities", json=told)
        file = {"file": (f"{self.secrets('file')}.pdf", PDF)}
        kept = await self.ask("POST", "/widget/v1/attachments", files=file, headers=bearer)
        said = {"client_id": str(uuid4()), "body": self.secrets("body")}
        said["attachment_ids"] = [kept.json()["id"]]
        await self.ask("POST", "/widget/v1/messages", json=said, headers=bearer)
        await self.ask(
            "GET",
            f"/widget/v1/attachments/{kept.json()['id']}/content",
            200,
            401,
            404,
            headers=bearer,
        )

    async def become_a_member(self, visitor: Visitor) -> None:
        for user_id in (self.secrets("user"), self.secrets("user")):
            signed = self.hand.do("identity", inbox=visitor.guest["inbox"], user_id=user_id)
            self.secrets.keep("jwt", signed)
            answer = await visitor.rest("POST", "/widget/v1/identify", json={"token": signed})
            visitor.guest |= {
                name: answer[name] for name in ("token", "profile_id") if answer[name]
            }
            self.secrets.keep("token", visitor.guest["token"])
        with contextlib.suppress(Refused):
            await visitor.rest("POST", "/widget/v1/identify", json={"token": signed[:-2]})

    # An operator

    async def log_in(self) -> Console:
        operator = self.hand.do("operator", cast=self.cast, who="oto", logs_in=True)
        email = self.hand.do("email_of", operator_id=operator["id"])
        csrf = await self.csrf()
        for password in (self.secrets("password"), PASSWORD):
            form = {"login": email, "password": password, "csrfmiddlewaretoken": csrf}
            await self.ask("POST", f"/login/?next=/{self.secrets('next')}", data=form)
        operator["session"] = self.secrets.keep("session", self.http.cookies["sobani_session"])
        form = {"email": email, "csrfmiddlewaretoken": await self.csrf()}
        await self.ask("POST", "/account/password/reset/", data=form)
        return Console(self.place, operator)

    async def csrf(self) -> str:
        page = await self.ask("GET", "/login/")
        self.secrets.keep("csrf", self.http.cookies["sobani_csrf"])
        masked = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        return self.secrets.keep("csrf", masked[1] if masked else self.http.cookies["sobani_csrf"])

    async def use_a_token(self, console: Console, id: str) -> None:
        """An API token, right and wrong, where it belongs and where not."""
        own = self.hand.do("api_token", operator_id=console.operator["id"])
        self.secrets.keep("api token", own)
        wrong = self.secrets.keep("api token", f"sbn_{uuid4().hex}{'x' * 11}")
        notes = f"/api/v1/conversations/{id}/notes"
        async with self.new_http() as program:
            for token in (own, wrong):
                bearer = {"Authorization": f"Bearer {token}"}
                said = {"client_id": str(uuid4()), "body": self.secrets("note")}
                for answer in (
                    await program.post(notes, json=said, headers=bearer),
                    await program.post(notes, json={"body": self.secrets("note")}, headers=bearer),
                    await program.get(f"/api/v1/{token}", headers=bearer),
                    await program.get(f"/api/v1/me?token={token}"),
                ):
                    assert answer.status_code < 500

    async def mishear(self, path: str, **secret: str) -> None:
        """Knock with a secret where none belongs."""
        query = "&".join(f"{name}={value}" for name, value in secret.items())
        origin: Any = self.place.origin
        with contextlib.suppress(InvalidHandshake):
            url = self.place.ws(f"{path}?{query}")
            async with connect(url, origin=origin, compression=None) as socket:
                await socket.send(json.dumps({"type": "hello", "protocol": 1, **secret}))
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(socket.recv(), 5)

    # Both

    async def talk(self, visitor: Visitor, console: Console) -> None:
        tickets = kept_tickets(console, self.secrets)
        await visitor.connect()
        await console.connect()
        said = await visitor.send(self.secrets("body"))
        id = said["conversation"]["id"]
        await console.open(id)
        await console.send(id, self.secrets("body"))
        await console.ask(
            "note.add", conversation_id=id, client_id=str(uuid4()), body=self.secrets("note")
        )
        for client in (visitor, console):
            for frame in (
                {"type": "message.send", "body": self.secrets("body"), "client_id": "x"},
                {"type": self.secrets("type"), "body": self.secrets("body")},
                {"type": "message.send", self.secrets("field"): 1},
            ):
                with contextlib.suppress(Refused):
                    await client.ask(**frame)
        await self.mishear("/ws/widget", token=visitor.guest["token"], inbox=visitor.guest["inbox"])
        await self.mishear("/ws/widget", token=self.secrets("unknown"), inbox="x")
        await self.mishear("/ws/console", ticket=tickets[0])
        await self.use_a_token(console, id)
        await self.fail(visitor, console, id)

    async def fail(self, visitor: Visitor, console: Console, id: str) -> None:
        """A mistake of ours: tracebacks of commands, pages and jobs, with all this at hand."""
        lost = "talk_conversation", "talk_note", "customers_claim", "customers_activity"
        with psycopg.connect(database_url(self.state), autocommit=True) as database:
            for name in lost:
                database.execute(f"ALTER TABLE {name} RENAME TO away_{name}")
            try:
                await self.speak_into_the_void(visitor, console, id)
            finally:
                for name in lost:
                    database.execute(f"ALTER TABLE away_{name} RENAME TO {name}")

    async def speak_into_the_void(self, visitor: Visitor, console: Console, id: str) -> None:
        bearer = {"Authorization": f"Bearer {visitor.guest['token']}"}
        for client in (visitor, console):
            with contextlib.suppress(Refused):
                more = {} if client is visitor else {"conversation_id": id}
                said = {"client_id": str(uuid4()), "body": self.secrets("body")}
                await client.ask("message.send", **said, **more)
        said = {"client_id": str(uuid4()), "body": self.secrets("body")}
        await self.ask("POST", "/widget/v1/messages", 500, 503, json=said, headers=bearer)
        claimed = {"email": f"{self.secrets('claim')}@shop.example"}
        await self.ask("POST", "/widget/v1/claims", 500, 503, json=claimed, headers=bearer)
        session = {"Cookie": f"sobani_session={console.operator['session']}"}
        await self.ask(
            "GET",
            f"/api/v1/conversations?q={self.secrets('query')}",
            400,
            500,
            503,
            headers=session,
        )

    def reset_by_mail(self) -> str:
        """Return the path of the link that came, once the worker has written it."""
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            texts = [each.read_text() for each in (self.state / "mail").glob("*")]
            if links := re.findall(r"http://\S+?(/\S*reset\S+)", " ".join(texts)):
                return str(links[-1])
            time.sleep(0.2)
        raise AssertionError(f"no mail came: {texts}")

    async def set_password(self) -> None:
        path = self.reset_by_mail()
        self.secrets.keep("reset key", path.rstrip("/").split("/")[-1])
        form = (await self.ask("GET", path, 302)).headers["Location"]
        new = self.secrets("password")
        values = {"password1": new, "password2": new, "csrfmiddlewaretoken": await self.csrf()}
        await self.ask("POST", form, data=values)


def kept_tickets(console: Console, secrets: Secrets) -> list[str]:
    hello, kept = console.hello, []

    async def watched() -> Frame:
        frame = await hello()
        kept.append(secrets.keep("ticket", frame["ticket"]))
        return frame

    console.hello = watched  # type: ignore[method-assign]
    return kept


@pytest.fixture(params=SITES)
def server(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def secrets() -> Secrets:
    return Secrets()


@pytest.fixture
def up(server: str, secrets: Secrets, tmp_path: Path) -> Iterator[Up]:
    prepare(tmp_path)
    smtp = secrets("smtp")
    settings = {name: value.format(smtp=smtp) for name, value in SITES[server].items()}
    with Up(tmp_path, SERVER=server, **settings) as up:
        up.until_complete()
        yield up
        assert up.stop()[0] == 0


@pytest.fixture
async def flow(up: Up, secrets: Secrets, tmp_path: Path) -> AsyncIterator[Flow]:
    flow = Flow(up, tmp_path, secrets)
    yield flow
    await flow.leave()


async def test_s10_s65_no_log_has_a_secret_or_what_somebody_wrote(
    up: Up, flow: Flow, secrets: Secrets, server: str, tmp_path: Path
) -> None:
    visitor, console = await flow.visit(), await flow.log_in()
    try:
        await flow.talk(visitor, console)
        if server == "uvicorn":
            await flow.set_password()
        else:
            up.until("worker .*send_password_reset.* retry", 40)
    finally:
        await visitor.leave()
        await console.leave()
    logs = {each.name: each.read_text() for each in (tmp_path / "log").iterdir()}
    logs["output"] = "\n".join(up.lines)
    told = {(name, secret) for name, text in logs.items() for secret in secrets.told_in(text)}
    assert told == set()
    assert logs.keys() == {"output", "postgres.log", "valkey.log"}
    assert 'relation "talk_conversation" does not exist' in logs["postgres.log"]
    for sign in ("/widget/v1/messages", "Traceback", "UndefinedTable", "worker"):
        assert sign in logs["output"], sign
    assert len(secrets.known) > 40
