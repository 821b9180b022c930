"""A console and a widget without a screen: the same protocol, reducer and healing."""

import asyncio
import logging
from typing import Any
from uuid import uuid4

import httpx2

from tests.flows.link import Frame, Link, NoAnswer, Note, Place, Refused, silent
from tests.sim import ConsoleSim, WidgetSim

VIEWS = ("all", "snoozed", "resolved")
HEAL_SECONDS = 0.1
logging.getLogger("httpx2").setLevel(logging.WARNING)  # a line a request would hide the rest


def new_http() -> httpx2.AsyncClient:
    return httpx2.AsyncClient(timeout=10, trust_env=False)


class Client(Link):
    """What both have in common: HTTP beside the socket, and healing in the background."""

    def __init__(self, place: Place, name: str, note: Note = silent) -> None:
        super().__init__(place, name, note)
        self.http = new_http()
        self.is_stale = True  # until everything has been fetched once: a token alone is no state
        self._healing: asyncio.Task[None] | None = None

    async def rest(self, method: str, path: str, **options: Any) -> Any:
        """Return the JSON of an answer; raise `Refused` for a problem, `NoAnswer` for none."""
        headers = {**self.headers(), **self.rest_headers()}
        try:
            response = await self.http.request(
                method, self.place.http(path), headers=headers, **options
            )
        except httpx2.TransportError as error:
            raise NoAnswer(f"{method} {path}: {type(error).__name__}") from None
        if response.status_code >= 500:
            raise NoAnswer(f"{method} {path}: {response.status_code}")
        if response.status_code >= 400:
            raise Refused({"status": response.status_code, **response.json()})
        return response.json()

    def rest_headers(self) -> dict[str, str]:
        return {}

    async def leave(self) -> None:
        await self.shut()  # first: what is still heard until then begins to heal again
        if self._healing is not None:
            self._healing.cancel()
            await asyncio.gather(self._healing, return_exceptions=True)
        await self.http.aclose()

    def is_whole(self) -> bool:
        """Whether nothing is known to be missing."""
        raise NotImplementedError

    async def fetch_missing(self) -> None:
        raise NotImplementedError

    def heal_soon(self) -> None:
        if not self.is_whole() and (self._healing is None or self._healing.done()):
            self._healing = asyncio.create_task(self._heal())

    async def _heal(self) -> None:
        while not self.is_whole():
            await asyncio.sleep(HEAL_SECONDS)
            try:
                await self.fetch_missing()
            except (NoAnswer, Refused):
                await asyncio.sleep(1)
        self.look()


class Console(Client):
    """An operator's console. `operator` is what the stagehand made."""

    path = "/ws/console"
    sim_class = ConsoleSim

    def __init__(self, place: Place, operator: Frame, note: Note = silent) -> None:
        super().__init__(place, operator["name"], note)
        self.operator = operator
        self.sim = self.sim_class()
        self.opened: list[str] = []
        self._csrf = ""
        self._buffer: list[Frame] | None = None

    def headers(self) -> dict[str, str]:
        cookies = f"sobani_session={self.operator['session']}"
        return {"Cookie": f"{cookies}; sobani_csrf={self._csrf}" if self._csrf else cookies}

    def rest_headers(self) -> dict[str, str]:
        return {"X-CSRFToken": self._csrf}

    async def hello(self) -> Frame:
        ticket = (await self.post("socket-ticket", {}))["ticket"]
        return {"type": "hello", "protocol": 1, "ticket": ticket, "resume": self.resume}

    async def get(self, path: str, **query: Any) -> Any:
        return await self.rest("GET", f"/api/v1/{path}", params=query)

    async def post(self, path: str, values: Frame) -> Any:
        await self._log_in()
        return await self.rest("POST", f"/api/v1/{path}", json=values)

    async def patch(self, path: str, values: Frame) -> Any:
        await self._log_in()
        return await self.rest("PATCH", f"/api/v1/{path}", json=values)

    async def _log_in(self) -> None:
        if not self._csrf:
            self._csrf = (await self.get("me"))["csrf"]

    def on_closed(self) -> None:
        """Before the next connection's events: what it missed comes without the lines."""
        self.apply({"kind": "threads.detached"})

    async def on_ready(self, resynced: bool) -> None:
        self.is_stale |= resynced
        if self.is_stale:
            return await self.reload()
        for id in self.opened:
            self.apply(await self._attach(id))
        return None

    async def reload(self) -> None:
        """Fetch everything anew; what happens meanwhile is applied on top."""
        self._buffer = []
        fresh = self.sim_class()
        directory = await self.get("operators")
        fresh.apply({"kind": "directory.fetched", "operators": directory["results"]})
        for view in VIEWS:
            rows = await self.list_view(view)
            fresh.apply({"kind": "conversations.fetched", "conversations": rows})
        for id in self.opened:
            for change in await self._fetch_thread(id):
                fresh.apply(change)
        for change in self._buffer:
            fresh.apply(change)
        self.sim, self._buffer, self.is_stale = fresh, None, False
        self.note(op="resynced", client=self.name, conn=self.connection_count)
        self.heal_soon()

    async def list_view(self, view: str) -> list[Frame]:
        rows: list[Frame] = []
        cursor: str | None = None
        while True:
            query = {"view": view, "limit": 100, **({"cursor": cursor} if cursor else {})}
            page = await self.get("conversations", **query)
            rows += page["results"]
            cursor = page["next"]
            if cursor is None:
                return rows

    async def open(self, conversation_id: str) -> None:
        """Attach first, fetch second: what happens in between comes as events."""
        for change in await self._fetch_thread(conversation_id):
            self.apply(change)
        if conversation_id not in self.opened:
            self.opened.append(conversation_id)

    async def close_thread(self, conversation_id: str) -> None:
        self.opened.remove(conversation_id)
        self.apply({"kind": "threads.detached", "conversation_id": conversation_id})
        await self.ask("conversation.close", conversation_id=conversation_id)

    def apply(self, change: Frame) -> None:
        if self._buffer is not None:
            self._buffer.append(change)
        self.sim.apply(change)
        self.heal_soon()

    def take_event(self, frame: Frame) -> None:
        before = self.sim.shown
        self.apply(frame)
        self.note_event(frame, self.sim.shown > before)

    def note_event(self, frame: Frame, applied: bool) -> None:
        thread = self.sim.threads.get(frame["conversation_id"] or "")
        seqs = sorted(row["seq"] for row in thread.messages.values()) if thread else []
        self.note(
            op="event",
            client=self.name,
            conn=self.connection_count,
            kind=frame["kind"],
            conv=frame["conversation_id"],
            version=frame["version"],
            message=(frame["rows"].get("message") or {}).get("id"),
            applied=applied,
            hole=bool(seqs) and seqs != list(range(seqs[0], seqs[-1] + 1)),
            syncing=thread.is_syncing if thread else False,
        )

    def take_heartbeat(self, frame: Frame) -> None:
        self.apply({"kind": "versions.heard", "versions": frame["versions"]})

    def is_whole(self) -> bool:
        return not self.sim.syncing()

    async def fetch_missing(self) -> None:
        holes = {id: self.sim.threads[id].version for id in self.sim.syncing()}
        for id, version in holes.items():
            changes = await self.get(f"conversations/{id}/changes", after=version)
            if changes["complete"]:
                self.apply({"kind": "changes.fetched", **changes})
                continue
            for change in await self._fetch_thread(id):  # what it says up to is not all of it
                self.apply(change)

    async def send(self, conversation_id: str, body: str, client_id: str = "") -> Frame:
        return await self.ask(
            "message.send",
            conversation_id=conversation_id,
            client_id=client_id or str(uuid4()),
            body=body,
        )

    async def _fetch_thread(self, id: str) -> list[Frame]:
        attached = await self._attach(id)
        thread = await self.get(f"conversations/{id}/thread")
        return [{"kind": "thread.fetched", **thread}, attached]

    async def _attach(self, id: str) -> Frame:
        answer = await self.ask("conversation.open", conversation_id=id)
        told = {name: answer[name] for name in ("version", "context", "marks")}
        return {"kind": "thread.attached", "conversation_id": id, **told}


class Visitor(Client):
    """A visitor's widget. `guest` is what the stagehand made."""

    path = "/ws/widget"
    sim_class = WidgetSim

    def __init__(self, place: Place, guest: Frame, name: str = "", note: Note = silent) -> None:
        super().__init__(place, name or f"visitor {guest['profile_id'][-4:]}", note)
        self.guest = guest
        self.forwarded_for = ""
        self.sim = self.sim_class()

    def headers(self) -> dict[str, str]:
        return {"X-Forwarded-For": self.forwarded_for} if self.forwarded_for else {}

    def rest_headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.guest['token']}", "Origin": self.place.origin}

    async def hello(self) -> Frame:
        who = {"inbox": self.guest["inbox"], "token": self.guest["token"]}
        return {"type": "hello", "protocol": 1, "resume": self.resume, **who}

    async def on_ready(self, resynced: bool) -> None:
        self.is_stale |= resynced
        if self.is_stale:
            await self.reload()

    async def reload(self) -> None:
        self.sim.apply(await self.rest("GET", "/widget/v1/conversations"))
        self.is_stale = False
        self.note(op="resynced", client=self.name, conn=self.connection_count)
        self.heal_soon()

    async def send(self, body: str, client_id: str = "") -> Frame:
        """Send, and know at once what was stored, as the widget does."""
        stored = await self.ask("message.send", client_id=client_id or str(uuid4()), body=body)
        self.sim.apply({"rows": stored})
        return stored

    @property
    def conversation_id(self) -> str:
        newest = max(self.sim.conversations.values(), key=lambda row: row["created_at"])
        return str(newest["id"])

    def bodies(self) -> list[str]:
        return [row["body"] for row in self.sim.thread(self.conversation_id)]

    def take_event(self, frame: Frame) -> None:
        message = frame["rows"].get("message")
        before = self.sim.shown
        self.sim.apply(frame)
        self.note(
            op="event",
            client=self.name,
            conn=self.connection_count,
            kind=frame["kind"],
            conv=frame["conversation_id"],
            version=frame["version"],
            message=message["id"] if message else None,
            seq=message["seq"] if message else None,
            applied=self.sim.shown > before,
            hole=self.sim.shows_a_hole(frame["conversation_id"]),
            syncing=not self.is_whole(),  # the frame's header says so then
        )
        self.heal_soon()

    def is_whole(self) -> bool:
        return not self.sim.holes()

    async def fetch_missing(self) -> None:
        for id, before in self.sim.holes():
            query = {"conversation_id": id, "before_seq": before}
            self.sim.apply(await self.rest("GET", "/widget/v1/messages", params=query))
