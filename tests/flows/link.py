"""One websocket as a browser keeps it: hello, credit, answers, the newest resume token.

What client and server say is told to `note`, a hook for recorders.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

Frame = dict[str, Any]
Note = Callable[..., None]

ANSWER_SECONDS = 5.0
ACK_EVERY = 32
ACK_SECONDS = 4.0
PATIENCE = 20.0


@dataclass(frozen=True)
class Place:
    """Where the site is reached, and the origin that its own pages have."""

    port: int
    origin: str
    host: str = "127.0.0.1"

    def http(self, path: str) -> str:
        return f"http://{self.host}:{self.port}{path}"

    def ws(self, path: str) -> str:
        return f"ws://{self.host}:{self.port}{path}"


class Refused(Exception):
    """The server answered with an error; `problem` is its frame or problem+json object."""

    def __init__(self, problem: Frame) -> None:
        super().__init__(problem.get("code"), problem.get("detail"))
        self.problem = problem
        self.status = problem.get("status")


class NoAnswer(Exception):
    """Nobody knows whether the command was carried out."""


class NotLetIn(Exception):
    """No `ready` came; `code` is what the socket was closed with, or the handshake's status."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def silent(**_: Any) -> None:
    """Note nothing."""


class Link:
    """Base of the simulated clients. Subclasses say hello and apply events."""

    path = ""
    patience = PATIENCE

    def __init__(self, place: Place, name: str, note: Note = silent) -> None:
        self.place = place
        self.name = name
        self.note = note
        self.gives_credit = True
        self.resume: str | None = None
        self.epoch = ""
        self.ready: Frame | None = None
        self.close_code: int | None = None
        self.close_reason = ""
        self.frames: list[Frame] = []
        self.keeps_frames = True
        self.connection_count = 0
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._answers: dict[str, asyncio.Future[Frame]] = {}
        self._waiters: list[tuple[Callable[[], Any], asyncio.Future[None]]] = []
        self._is_leaving = False
        self._last_id = 0
        self._received = 0
        self._acked = 0
        self._ack_timer: asyncio.TimerHandle | None = None

    # What subclasses give

    async def hello(self) -> Frame:
        raise NotImplementedError

    def take_event(self, frame: Frame) -> None:
        raise NotImplementedError

    async def on_ready(self, resynced: bool) -> None:
        """Fetch what the events will not bring."""

    def on_closed(self) -> None:
        """Forget what only the connection gave."""

    def headers(self) -> dict[str, str]:
        return {}

    # What tests use

    @property
    def is_live(self) -> bool:
        return self._socket is not None and self.ready is not None and self.close_code is None

    async def connect(self) -> Frame:
        """Come in and catch up; return the `ready` frame. Raises `NotLetIn`."""
        await self.shut()
        self.connection_count += 1
        hello = await self.hello()
        try:
            self._socket = await connect(
                self.place.ws(self.path),
                origin=self.place.origin,  # type: ignore[arg-type]  # a NewType of str
                additional_headers=self.headers(),
                compression=None,
                max_size=None,
                ping_interval=None,
                open_timeout=self.patience,
            )
        except (InvalidHandshake, OSError, EOFError) as error:
            raise NotLetIn(getattr(getattr(error, "response", None), "status_code", 0)) from None
        self._forget_connection()
        self._reader = asyncio.create_task(self._read(self._socket))
        with contextlib.suppress(NoAnswer):  # who was closed at once hears the code below
            await self._send(hello)
        await self.until(lambda: self.ready or self.close_code is not None, "ready")
        ready = self.ready
        if ready is None:
            raise NotLetIn(self.close_code or 0)
        await self.on_ready(ready["resynced"])
        return ready

    def _forget_connection(self) -> None:
        self.ready, self.close_code, self.close_reason = None, None, ""
        self._is_leaving = False
        self._received = self._acked = 0

    async def ask(self, type: str, seconds: float = ANSWER_SECONDS, **members: Any) -> Frame:
        """Return the `ok` frame; raise `Refused` or `NoAnswer`."""
        self._last_id += 1
        id = f"{self._last_id}"
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._answers[id] = answer
        try:
            await self._send({"type": type, "id": id, **members})
            frame = await asyncio.wait_for(answer, seconds)
        except TimeoutError:
            raise NoAnswer(type) from None
        finally:
            self._answers.pop(id, None)
        if frame["type"] == "error":
            raise Refused(frame)
        if frame["type"] == "lost":
            raise NoAnswer(type)
        return frame

    async def until(self, holds: Callable[[], Any], what: str = "", seconds: float = 0) -> None:
        """Wait until something holds; it is looked at after every frame and at the close."""
        if holds():
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append((holds, waiter))
        try:
            await asyncio.wait_for(waiter, seconds or self.patience)
        except TimeoutError:
            told = json.dumps(self.frames[-3:], ensure_ascii=False)
            raise AssertionError(f"{self.name}: {what or holds} did not come: {told}") from None

    async def until_closed(self, seconds: float = PATIENCE) -> int:
        await self.until(lambda: self.close_code is not None, "the close", seconds)
        return self.close_code or 0

    async def cut(self) -> None:
        """Lose the connection without a close frame, as a network does."""
        if self._socket is not None:
            self._socket.transport.abort()
            await self.until_closed()

    async def shut(self) -> None:
        self._is_leaving = True
        if self._ack_timer is not None:
            self._ack_timer.cancel()
            self._ack_timer = None
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed, OSError, TimeoutError):
                await asyncio.wait_for(self._socket.close(), 2)
            self._socket.transport.abort()
            self._socket = None
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
            self._reader = None

    async def send_text(self, text: str | bytes) -> None:
        assert self._socket is not None
        await self._socket.send(text, text=True)

    def look(self) -> None:
        """Look again at what is waited for."""
        for entry in list(self._waiters):
            holds, waiter = entry
            if waiter.done() or holds():
                self._waiters.remove(entry)
                if not waiter.done():
                    waiter.set_result(None)

    # The wire

    async def _send(self, frame: Frame) -> None:
        if self._socket is None:
            raise NoAnswer(frame["type"])
        try:
            await self._socket.send(json.dumps(frame))
        except ConnectionClosed:
            raise NoAnswer(frame["type"]) from None

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for text in socket:
                parsed = json.loads(text)
                for frame in parsed if isinstance(parsed, list) else [parsed]:
                    self._take(frame)
                self.look()
        except ConnectionClosed:
            pass
        finally:
            self._closed(socket)

    def _closed(self, socket: ClientConnection) -> None:
        code = socket.close_code
        self.close_code = 1006 if code is None else code
        self.close_reason = socket.close_reason or ""
        about = {"client": self.name, "conn": self.connection_count, "own": self._is_leaving}
        self.note(op="closed", code=self.close_code, **about)
        for answer in self._answers.values():
            if not answer.done():
                answer.set_result({"type": "lost"})
        self.on_closed()
        self.look()

    def _take(self, frame: Frame) -> None:
        if self.keeps_frames:
            self.frames.append(frame)
        match frame["type"]:
            case "ready":
                self.ready, self.resume = frame, frame["resume"]
                self.epoch = frame["epoch"]
                self._received = self._acked = 0
            case "ok" | "error":
                answer = self._answers.get(frame["id"])
                if answer is not None and not answer.done():
                    answer.set_result(frame)
            case "heartbeat":
                self.resume = frame["resume"]
                self.take_heartbeat(frame)
            case "event":
                self._received += 1
                self.take_event(frame)
                self._ack_soon()

    def take_heartbeat(self, frame: Frame) -> None:
        """Compare versions where there are any."""

    def _ack_soon(self) -> None:
        if not self.gives_credit:
            return
        if self._received - self._acked >= ACK_EVERY:
            self._ack()
        elif self._ack_timer is None:
            loop = asyncio.get_running_loop()
            self._ack_timer = loop.call_later(ACK_SECONDS, self._ack)

    def _ack(self) -> None:
        if self._ack_timer is not None:
            self._ack_timer.cancel()
            self._ack_timer = None
        if not self.gives_credit:
            return
        self._acked = self._received
        if self._socket is not None and self.close_code is None:
            self._ack_task = asyncio.create_task(self._send_ack(self._acked))

    async def _send_ack(self, count: int) -> None:
        with contextlib.suppress(NoAnswer):
            await self._send({"type": "ack", "n": count})
