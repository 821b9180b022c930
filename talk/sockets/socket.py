"""What console and widget sockets have in common: hello, credit, limits, answers, the end."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, ClassVar

import msgspec
from msgspec import Struct
from structlog.contextvars import bind_contextvars

from talk import live, logged, metrics, protocol
from talk.buckets import Bucket
from talk.errors import Invalid, Problem, Throttled
from talk.headcount import Headcount
from talk.outbox import Outbox
from talk.protocol import Ack, Command
from talk.sockets.arrival import Receive, welcome
from talk.sockets.closing import ABUSE, CROWDED, LATER, REVOKED, TOO_BIG, Refused, body_of
from talk.store import Outcome, Stored
from talk.told import Told
from talk.veils import NO_VEIL, Veil
from talk.widget.addresses import network

Send = Callable[[dict[str, Any]], Awaitable[None]]
_encode = msgspec.json.Encoder().encode
_ack = msgspec.json.Decoder(Ack)
_late_answers: set[asyncio.Task[None]] = set()  # the event loop itself keeps no task alive


class Socket:
    """One accepted websocket. Subclasses say who may come in and what they may ask for."""

    parser: ClassVar[protocol.Parser]
    resume: str | None = None
    veil: Veil = NO_VEIL

    def __init__(self, scope: dict[str, Any], send: Send, bucket: Bucket) -> None:
        self.scope = scope
        self.topics: set[str] = set()
        self.live = live.live()
        self.outbox = Outbox(send, self.live.turn, logged.told_again)
        self._bucket = bucket
        self._counted: list[tuple[Headcount, Hashable]] = []

    async def admit(self, text: str) -> None:
        """Check the hello frame; raise `Refused`. Sets what `topics_of_its_own` needs."""
        raise NotImplementedError

    async def confirm(self) -> None:
        """Raise `Refused` if what let the socket in has ended before it was attached."""

    def topics_of_its_own(self) -> list[str]:
        raise NotImplementedError

    async def missed(self, watermark: int) -> list[Told] | None:
        """Return the frames of all events since, or None when there are too many."""
        raise NotImplementedError

    async def handle(self, command: Command) -> None:
        """Carry out and answer one command; problems may be raised."""
        raise NotImplementedError

    async def note_miss(self) -> None:
        """Hear that a command named what is not there; raise `Refused` for one too many."""

    @property
    def bearer(self) -> tuple[str, Any]:
        raise NotImplementedError

    def revoke(self) -> None:
        self.outbox.close(REVOKED)

    async def run(self, receive: Receive) -> None:
        """Serve until either side closes."""
        try:
            self._count_in_address()
            await welcome(self, receive)
            while (message := await receive())["type"] == "websocket.receive":
                await self._take(message)
                if self.outbox.is_full:
                    await self.outbox.room()
        except Refused as refused:
            self.outbox.close(refused.code, refused.reason)
            await self.outbox.closed(seconds=2)
        finally:
            self.count_out()
            self.live.hub.detach(self)
            self.outbox.abandon()

    def _count_in_address(self) -> None:
        """Visitors and operators of one address do not keep each other out."""
        host, _ = self.scope.get("client") or ("", 0)
        if host:
            self.count_in(self.live.addresses, (type(self), network(host)))

    def count_in(self, headcount: Headcount, who: Hashable) -> None:
        """Be one of so many until the end; raise `Refused` when there are too many already."""
        if not headcount.enter(who):
            metrics.crowded.inc()
            raise Refused(LATER, CROWDED)
        self._counted.append((headcount, who))

    def count_out(self) -> None:
        while self._counted:
            headcount, who = self._counted.pop()
            headcount.leave(who)

    def attach(self, topics: list[str]) -> None:
        """Hear these topics from now on; what comes before `ready` waits for it."""
        self.live.hub.attach(self, topics)

    def push_event(self, told: Told) -> None:
        self.outbox.push(told)

    def push_soft(self, text: str) -> None:
        self.outbox.push_soft(text)

    def beat(self) -> None:
        """Send the heartbeat: the token to resume from, and the newest versions."""
        token = f"{self.live.epoch}.{self.live.hub.watermark}"
        versions = _encode(self.live.hub.versions_of(self.topics)).decode()
        self.outbox.push_in_order(
            f'{{"type":"heartbeat","resume":"{token}","versions":{versions}}}'
        )

    def access_changed(self, session_hash: str, version: int) -> None:
        """Revoke, if this is about what let the socket in."""
        raise NotImplementedError

    async def _take(self, message: dict[str, Any]) -> None:
        if self.outbox.is_closing:
            return  # whoever has been sent away is not obeyed any more
        text = message.get("text")
        if text is None or protocol.is_too_big(text):
            raise Refused(TOO_BIG)
        is_taken = self._bucket.take()
        if self._bucket.is_abused:
            raise Refused(ABUSE)
        if text.startswith('{"type":"ack"'):
            self._take_credit(text)  # even now: it is what lets the rest come
        elif is_taken:
            await self._carry_out(text)
        else:
            self._refuse(_id_of(text), Throttled(retry_after=1))

    async def _carry_out(self, text: str) -> None:
        try:
            envelope = protocol.parse_envelope(text)
            if envelope.type == "ack":
                return self._take_credit(text)
            command = self.parser.parse(envelope, text)
            # As over HTTP: what is logged about it can be found by what the browser calls it.
            bind_contextvars(request_id=str(getattr(command, "client_id", envelope.id)))
            await self.handle(command)
        except Exception as error:  # noqa: BLE001 - the edge: one bad command ends no socket
            self._refuse(_id_of(text), error)
            if isinstance(error, Problem) and error.is_miss:
                await self.note_miss()
        return None

    def _take_credit(self, text: str) -> None:
        try:
            self.outbox.acknowledge(protocol.read(_ack, text).n)
        except Invalid:
            self._refuse("", Invalid("n", "This is not a count of events"))

    def answer(self, command: Command, **result: Any) -> None:
        """Answer with rows; keyword arguments become members of the `ok` frame."""
        self.answer_raw(command, _encode(result).decode())

    def answer_raw(self, command: Command, result: str) -> None:
        """Answer with members that are JSON already (an object's text)."""
        self.outbox.push_reply(self.ok(command, result))

    def ok(self, command: Command, result: str) -> str:
        """Return the `ok` frame with the members of a JSON object."""
        id = _encode(command.id).decode()
        members = f",{result[1:]}" if len(result) > 2 else "}"
        return f'{{"type":"ok","id":{id}{members}'

    def _refuse(self, id: str, error: Exception) -> None:
        self.outbox.push_reply(_encode({"type": "error", "id": id, **body_of(error)}).decode())

    def answer_when_stored(
        self, command: Command, body: str, future: "asyncio.Future[Stored]"
    ) -> None:
        """Answer once the store is done, without making the next frame wait."""
        owed = self.outbox.answers.owe(body)

        def settle(done: "asyncio.Future[Stored]") -> None:
            if done.exception() is None and done.result().outcome is Outcome.STORED:
                self.answer_raw(command, self.shown(done.result().rows or ""))
                self._owe_no_more(owed)
            else:
                late = asyncio.create_task(self._answer_unstored(command, done, owed))
                _late_answers.add(late)
                late.add_done_callback(_late_answers.discard)

        future.add_done_callback(settle)

    def _owe_no_more(self, owed: int) -> None:
        self.outbox.answers.settle(owed)
        self.outbox.look_for_room()

    def shown(self, rows: str) -> str:
        """Return the stored rows as this socket's client may see them."""
        raise NotImplementedError

    async def unstored(self, command: Any, stored: Stored) -> str:
        """Return the rows for a message that was not stored now: a repeat, or one that must go
        elsewhere; raise the problem."""
        raise NotImplementedError

    async def _answer_unstored(
        self, command: Command, done: "asyncio.Future[Stored]", owed: int
    ) -> None:
        try:
            self.answer_raw(command, await self.unstored(command, done.result()))
        except Exception as error:  # noqa: BLE001 - the edge: an answer is owed
            self._refuse(command.id, error)
        finally:
            self._owe_no_more(owed)


def _id_of(text: str | None) -> str:
    """Return the command's id even of a frame that is bad otherwise."""
    try:
        return msgspec.json.decode(text or "", type=_OnlyId).id
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return ""


class _OnlyId(Struct):
    id: protocol.CommandId = ""
