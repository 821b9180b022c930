"""The client's ends of the sockets. They count and check all that comes in."""

import asyncio
import time
from dataclasses import dataclass, field

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from bench.load.dialects import STAMP, Dialect

TEXT = "お世話になっております。カートに入れた商品の在庫と配送予定日を教えてください。"
ACKNOWLEDGE_EVERY = 32
READY_SECONDS = 30.0
now = time.monotonic


@dataclass
class Tally:
    """What all sockets of a run have seen together."""

    sent: int = 0
    acknowledged: int = 0
    received: int = 0
    out_of_order: int = 0
    errors: int = 0
    closed: int = 0
    trouble: str = ""
    delivery_seconds: list[float] = field(default_factory=list)
    reply_seconds: list[float] = field(default_factory=list)


class Client(WSListener):
    """One socket: says hello, knows when it is ready, gives credit."""

    transport: WSTransport

    def __init__(self, dialect: Dialect, tally: Tally, hello: bytes) -> None:
        self.dialect = dialect
        self.tally = tally
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.events = 0
        self._hello = hello
        self._credited = 0

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        if self._hello:
            transport.send(WSMsgType.TEXT, self._hello)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.tally.closed += 1
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("closed before it was ready"))

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.CLOSE:
            self.note(f"closed with {frame.get_close_code()}")
            transport.disconnect()
            return
        payload = frame.get_payload_as_bytes()
        if not self.ready.done() and b'"ready"' in payload:
            self.ready.set_result(None)
        if b'"type":"error"' in payload:
            self.note(payload[:300].decode())
        self.take(payload)
        self._give_credit(self.dialect.events(payload))

    def note(self, trouble: str) -> None:
        self.tally.errors += 1
        self.tally.trouble = self.tally.trouble or trouble

    def take(self, payload: bytes) -> None:
        raise NotImplementedError

    def _give_credit(self, events: int) -> None:
        self.events += events
        if self.events - self._credited >= ACKNOWLEDGE_EVERY:
            self._credited = self.events
            self.transport.send(WSMsgType.TEXT, b'{"type":"ack","n":%d}' % self.events)


class Operator(Client):
    """Takes the time of every message; with `checks` the order in every conversation, too."""

    def __init__(self, dialect: Dialect, tally: Tally, *, checks: bool) -> None:
        super().__init__(dialect, tally, dialect.operator_hello())
        self._checks = checks
        self._places: dict[str, int] = {}

    def take(self, payload: bytes) -> None:
        arrived = now()
        stamps = STAMP.findall(payload)
        self.tally.received += len(stamps)
        self.tally.delivery_seconds.extend(arrived - float(stamp) for stamp in stamps)
        if self._checks and stamps:
            self._check(payload)

    def _check(self, payload: bytes) -> None:
        for conversation, number in self.dialect.places(payload):
            if number != self._places.get(conversation, number - 1) + 1:
                self.tally.out_of_order += 1
            self._places[conversation] = number


class Visitor(Client):
    """Sends, and sends its next with each reply for as long as `goes_on` lets it."""

    def __init__(
        self, dialect: Dialect, tally: Tally, number: int, *, resume: str | None = None
    ) -> None:
        super().__init__(dialect, tally, dialect.visitor_hello(number, resume))
        self.left = 0  # how many more it sends, one with each reply
        self._sent_at: dict[bytes, float] = {}

    def send(self) -> None:
        at = now()
        key, frame = self.dialect.message(f"t={at:.6f} {TEXT}")
        self._sent_at[key.encode()] = at
        self.tally.sent += 1
        self.transport.send(WSMsgType.TEXT, frame)

    def take(self, payload: bytes) -> None:
        for key, _ in self.dialect.replies.findall(payload):
            self.tally.acknowledged += 1
            self.tally.reply_seconds.append(now() - self._sent_at.pop(key))
            if self.left > 0:
                self.left -= 1
                self.send()


async def connect_operators(
    dialect: Dialect, tally: Tally, ports: list[int], count: int, *, checks: int = 1
) -> list[Operator]:
    """Connect operators, one to a port in turn; the first `checks` of them check the order."""
    return [
        await _connect_operator(dialect, tally, ports[number % len(ports)], checks=number < checks)
        for number in range(count)
    ]


async def _connect_operator(dialect: Dialect, tally: Tally, port: int, *, checks: bool) -> Operator:
    operator = Operator(dialect, tally, checks=checks)
    await open_socket(operator, *dialect.operator(port))
    return operator


async def connect_visitors(
    dialect: Dialect, tally: Tally, ports: list[int], count: int
) -> list[Visitor]:
    """Connect visitors, one to a port in turn."""
    visitors = []
    for number in range(count):
        visitor = Visitor(dialect, tally, number)
        await open_socket(visitor, *dialect.visitor(ports[number % len(ports)], number))
        visitors.append(visitor)
    return visitors


async def open_socket(client: Client, url: str, headers: list[tuple[str, str]]) -> None:
    """Connect, say hello and wait for the answer."""
    await ws_connect(lambda: client, url, extra_headers=headers)
    async with asyncio.timeout(READY_SECONDS):
        await client.ready
