"""`/ws/widget`: a visitor's socket. It is opened by our own iframe, so the origin is our own."""

from typing import Any, ClassVar
from uuid import UUID

import msgspec
from django.conf import settings

from talk import arrivals, origins, protocol
from talk.actions import access, messages, visitors
from talk.actions.devices import is_other_device, note_device_of
from talk.buckets import Bucket
from talk.errors import NotFound, Throttled
from talk.policy import Visitor
from talk.protocol import Command, VisitorRead, VisitorSend, VisitorTyping
from talk.rows import VisitorConversationRow, VisitorMessageRow
from talk.sockets.arrival import Receive
from talk.sockets.closing import ABUSE, FORBIDDEN, RESTART, REVOKED, TOO_OLD, Refused
from talk.sockets.headers import header_of
from talk.sockets.reading import in_thread, place_of
from talk.sockets.socket import Send, Socket
from talk.sockets.typing_limit import TypingLimit
from talk.store import NewMessage, Outcome, Stored
from talk.told import Told
from talk.widget import limits

_encode = msgspec.json.Encoder().encode
_hello = msgspec.json.Decoder(protocol.VisitorHello)


class VisitorRows(msgspec.Struct, frozen=True):
    """Decoding stored rows as these types drops what is not the visitor's."""

    conversation: VisitorConversationRow
    message: VisitorMessageRow


_visitor_rows = msgspec.json.Decoder(VisitorRows)


async def serve(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Refuse foreign origins before anything else is read (403), then serve."""
    await receive()
    if not origins.is_console_origin(origins.origin_of(scope["headers"])):
        await send({"type": "websocket.close", "code": FORBIDDEN})
        return
    await send({"type": "websocket.accept"})
    await VisitorSocket(scope, send).run(receive)


class VisitorSocket(Socket):
    parser: ClassVar = protocol.Parser(protocol.WIDGET_COMMANDS)
    visitor: Visitor

    def __init__(self, scope: dict[str, Any], send: Send) -> None:
        rate = settings.VISITOR_FRAMES_PER_SECOND
        super().__init__(scope, send, Bucket(per_second=rate, burst=rate * 5))
        self.token_hash = b""
        self._conversation_id: UUID | None = None
        self._typing_limit = TypingLimit()

    async def admit(self, text: str) -> None:
        hello = protocol.read(_hello, text)
        if hello.protocol < protocol.VERSION:
            raise Refused(TOO_OLD)
        self.token_hash = access.digest(hello.token)
        # Attached before each is read: what changes in between is heard, without a second look.
        self.attach([f"token:{self.token_hash.hex()}"])
        held = await arrivals.holder(self.live.arrivals, hello.inbox, self.token_hash)
        self.count_in(self.live.visitors, self.token_hash)
        if held.is_member:
            self.attach([f"profile:{held.visitor.profile_id}"])
            held = await arrivals.member(held)
        await self._note_device(held.device)
        self.visitor, self._conversation_id = held.visitor, held.conversation_id
        if self.live.guessers.has(self.visitor.profile_id):
            raise Refused(ABUSE)
        self.resume = hello.resume

    async def _note_device(self, device: str) -> None:
        """Who has copied a token need not ask for anything else (S-10)."""
        user_agent = header_of(self.scope, b"user-agent")
        if is_other_device(device, user_agent):
            await in_thread(note_device_of)(self.token_hash, user_agent)

    async def note_miss(self) -> None:
        """Count with what is missed over HTTP: honest widgets do not guess ids (S-7)."""
        who = self.visitor.profile_id
        try:
            await in_thread(limits.spend)(limits.MISSES, "misses", who.hex)
        except Throttled as throttled:
            self.live.guessers.add(who, throttled.extra["retry_after"])
            raise Refused(ABUSE) from None

    async def confirm(self) -> None:
        if self.outbox.is_closing:
            raise Refused(REVOKED)  # what it was closed with before stands

    @property
    def bearer(self) -> tuple[str, Any]:
        return "visitor", self.token_hash

    def access_changed(self, session_hash: str, version: int) -> None:
        """Without a hash it is the member who has other profiles now: come back to hear them."""
        if session_hash == self.token_hash.hex():
            self.revoke()
        elif not session_hash:
            self.outbox.close(RESTART, "retry=1")

    def topics_of_its_own(self) -> list[str]:
        return [f"profile:{id}" for id in self.visitor.profile_ids]

    async def missed(self, watermark: int) -> list[Told] | None:
        return await arrivals.missed(self.live.arrivals, self.visitor.profile_ids, watermark)

    async def handle(self, command: Command) -> None:
        match command:
            case VisitorSend():
                await self._send(command)
            case VisitorRead():
                row = await in_thread(visitors.mark_read)(
                    self.visitor, conversation_id=command.conversation_id, seq=command.seq
                )
                self.answer(command, conversation=row)
            case VisitorTyping():
                await self._typing(command)
                self.answer(command)

    async def _send(self, command: VisitorSend) -> None:
        """Most messages go to a known conversation and need no thread."""
        if command.attachment_ids or self._conversation_id is None or not command.body.strip():
            self.answer_raw(command, await self._receive_in_thread(command))
            return
        future = self.live.store.submit(
            NewMessage(
                conversation_id=self._conversation_id,
                sender="customer",
                client_id=command.client_id,
                body=command.body,
            )
        )
        self.answer_when_stored(command, command.body, future)

    def shown(self, rows: str) -> str:
        return cut(rows)

    async def unstored(self, command: VisitorSend, stored: Stored) -> str:
        if stored.outcome in (Outcome.EXPIRED, Outcome.MISSING, Outcome.ERASED):
            return await self._receive_in_thread(command)
        return cut(_encode(await in_thread(messages.rows_of)(stored)))

    async def _receive_in_thread(self, command: VisitorSend) -> str:
        rows = await in_thread(messages.receive)(
            self.visitor,
            client_id=command.client_id,
            body=command.body,
            attachment_ids=command.attachment_ids,
        )
        self._conversation_id = rows.conversation.id
        return cut(_encode(rows))

    async def _typing(self, command: VisitorTyping) -> None:
        place = await place_of(command.conversation_id)
        if (
            place.inbox_id != self.visitor.inbox_id
            or place.profile_id not in self.visitor.profile_ids
        ):
            raise NotFound
        if not self._typing_limit.takes(active=command.active):
            return
        news = {
            "type": "soft",
            "kind": "typing",
            "conversation_id": command.conversation_id,
            "who": "customer",
            "name": "",
            "active": command.active,
        }
        topic = f"conversation:{command.conversation_id}"
        self.live.soft.tell([topic], _encode(news).decode())


def cut(rows: str | bytes) -> str:
    """Return the visitor's rows out of the operators' rows."""
    return _encode(_visitor_rows.decode(rows)).decode()
