"""`/ws/console`: an operator's socket."""

import time
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from django.conf import settings

from talk import channels, frames, logged, origins, protocol, revocation, wakes
from talk.actions import access, messages
from talk.buckets import Bucket
from talk.errors import Invalid, NotFound
from talk.models import Inbox
from talk.outbox import Outbox
from talk.policy import Actor, Permission, allow, require
from talk.protocol import CloseConversation, Command, OpenConversation, SendMessage, Typing
from talk.sockets import missed
from talk.sockets.arrival import Receive
from talk.sockets.closing import FORBIDDEN, REVOKED, TOO_OLD, Refused
from talk.sockets.headers import session_key
from talk.sockets.operator_commands import ACTIONS
from talk.sockets.reading import Place, in_thread, place_of, standing_of
from talk.sockets.socket import Send, Socket
from talk.sockets.typing_limit import TypingLimit
from talk.store import NewMessage, Stored
from talk.told import Told

MOST_OPENED = 20
PLACE_SECONDS = 30.0  # so long is believed where a conversation is: it may go on elsewhere
_encode = msgspec.json.Encoder().encode
_hello = msgspec.json.Decoder(protocol.Hello)


async def serve(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Refuse foreign origins before anything else is read (403), then serve."""
    await receive()
    if not origins.is_console_origin(origins.origin_of(scope["headers"])):
        await send({"type": "websocket.close", "code": FORBIDDEN})
        return
    await send({"type": "websocket.accept"})
    await ConsoleSocket(scope, send).run(receive)


class ConsoleSocket(Socket):
    parser: ClassVar = protocol.Parser(protocol.CONSOLE_COMMANDS)
    actor: Actor

    def __init__(self, scope: dict[str, Any], send: Send) -> None:
        rate = settings.OPERATOR_FRAMES_PER_SECOND
        super().__init__(scope, send, Bucket(per_second=rate, burst=rate * 5))
        self.outbox = Outbox(send, self.live.turn, self._told_again)
        self._session_key = self._session_hash = ""
        self._places: dict[UUID, tuple[Place, float]] = {}
        self._typing_limit = TypingLimit()

    async def admit(self, text: str) -> None:
        hello = protocol.read(_hello, text)
        if hello.protocol < protocol.VERSION:
            raise Refused(TOO_OLD)
        self._session_key = session_key(self.scope)
        admission = await in_thread(access.redeem_ticket)(hello.ticket, self._session_key)
        if admission is None:
            raise NotFound
        self.actor, self._session_hash = admission.actor, admission.session_hash
        self.veil = self.actor.mask.veil
        self.count_out()  # a whole office may sit behind one address
        self.resume = hello.resume

    @property
    def bearer(self) -> tuple[str, Any]:
        return "operator", (self.actor.operator_id, self.actor.access_version, self._session_key)

    async def confirm(self) -> None:
        if not await revocation.is_good(self):
            raise Refused(REVOKED)

    def topics_of_its_own(self) -> list[str]:
        ids = self.actor.inbox_ids
        inboxes = ["inbox:*"] if ids is None else [f"inbox:{id}" for id in ids]
        return ["consoles", f"operator:{self.actor.operator_id}", *inboxes]

    async def missed(self, watermark: int) -> list[Told] | None:
        return await missed.of_operator(self.actor, watermark)

    def access_changed(self, session_hash: str, version: int) -> None:
        """Old news, heard late, must not close a socket that was let in after it."""
        ended = session_hash == self._session_hash
        if ended or (not session_hash and version > self.actor.access_version):
            self.revoke()

    async def handle(self, command: Command) -> None:
        match command:
            case SendMessage(attachment_ids=(), data=None) if command.body.strip():
                await self._send_text(command)
            case OpenConversation():
                await self._open(command)
            case CloseConversation():
                self.live.hub.leave(self, f"conversation:{command.conversation_id}")
                self.answer(command)
            case Typing():
                await self._typing(command)
                self.answer(command)
            case _:
                await self._act(command)

    async def _act(self, command: Command) -> None:
        result = await in_thread(ACTIONS[type(command)])(self.actor, command)
        self.answer_raw(command, result)

    async def _send_text(self, command: SendMessage) -> None:
        """To the web without a thread; other channels are asked first whether they take it."""
        place = await self._place(command.conversation_id, Permission.MESSAGE_SEND)
        if place.kind != Inbox.Kind.WEB:
            await self._act(command)
            return
        future = self.live.store.submit(
            NewMessage(
                conversation_id=command.conversation_id,
                sender="operator",
                operator_id=self.actor.operator_id,
                client_id=command.client_id,
                body=command.body,
            )
        )
        self.answer_when_stored(command, command.body, future)

    async def _told_again(self, numbers: list[int]) -> list[Told | None]:
        return await logged.told_again(numbers, self.veil)

    def shown(self, rows: str) -> str:
        return frames.veiled_rows(rows, self.veil)

    async def unstored(self, command: SendMessage, stored: Stored) -> str:
        return self.shown(_encode(await in_thread(messages.rows_of)(stored)).decode())

    async def _open(self, command: OpenConversation) -> None:
        """From the answer on, this conversation's events carry whole rows.

        So the answer must not overtake slim ones that still wait. It says what the console may
        have missed: the version to catch up with, and context and marks, which have no chain.
        """
        await self._place(command.conversation_id, Permission.CONVERSATION_READ)
        topic = f"conversation:{command.conversation_id}"
        opened = {each for each in self.topics if each.startswith("conversation:")}
        if len(opened | {topic}) > MOST_OPENED:
            raise Invalid("conversation_id", f"At most {MOST_OPENED} can be open at a time")
        self.live.hub.join(self, topic)
        try:
            version, context, marks = await standing_of(command.conversation_id)
        except Exception:
            if topic not in opened:
                self.live.hub.leave(self, topic)
            raise
        if not allow(self.actor, Permission.CUSTOMER_READ):
            context = marks = None
        members = f'{{"version":{version},"context":{context or "null"},"marks":{marks or "null"}}}'
        self.outbox.push_in_order(self.ok(command, self.shown(members)))

    async def _typing(self, command: Typing) -> None:
        place = await self._place(command.conversation_id, Permission.MESSAGE_SEND)
        if not self._typing_limit.takes(active=command.active):
            return
        news = {
            "type": "soft",
            "kind": "typing",
            "conversation_id": command.conversation_id,
            "who": "operator",
            "name": self.actor.name,
            "active": command.active,
        }
        self.live.soft.tell([f"profile:{place.profile_id}"], _encode(news).decode())
        own = {**news, "operator_id": self.actor.operator_id}
        topic = f"conversation:{command.conversation_id}"
        self.live.soft.tell([topic], _encode(own).decode())
        channel = channels.channel_of(place.kind)
        if command.active and channel and channel.on_typing:
            wakes.typing.tell(command.conversation_id)

    async def _place(self, conversation_id: UUID, permission: Permission) -> Place:
        """Return where the conversation is, once it is allowed."""
        place, good_until = self._places.get(conversation_id, (None, 0.0))
        if place is None or good_until < time.monotonic():
            place = await place_of(conversation_id)
            if len(self._places) < 1_000 or conversation_id in self._places:
                self._places[conversation_id] = (place, time.monotonic() + PLACE_SECONDS)
        require(self.actor, permission, place.inbox_id)
        return place
