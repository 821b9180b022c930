"""The ASGI side of Daphne's websocket."""

# ruff: noqa: N802, N803  # the names are Twisted's and autobahn's

from autobahn.twisted import websocket as autobahn_twisted
from autobahn.websocket import protocol as autobahn
from daphne.ws_protocol import WebSocketFactory

from config.server import closing
from config.server.asgi_types import Message
from config.server.daphne_guard import GuardedSocket
from config.server.frames import BINARY, TextFrames, frame
from config.server.limits import Limits
from config.server.refusal import refusal_body, refusal_headers

# autobahn composes texts for a debug log that nobody reads: a quarter of a handshake.
for _module in (autobahn, autobahn_twisted):
    for _name in ("hltype", "hlval", "pformat"):
        if hasattr(_module, _name):
            setattr(_module, _name, id)


class Socket(GuardedSocket):
    """Hands the client's messages to the application and the application's to the client."""

    message_data: list[bytes] | None
    denial: Message | None = None
    is_told = False  # the application knows that this socket has ended

    # The client speaks

    def applicationCreateWorked(self, inbox: object) -> None:
        self.inbox.put({"type": "websocket.connect"})

    def onMessageEnd(self) -> None:
        # autobahn's own also tells listeners by a Deferred per message; there are none.
        if not self.failedByMe and self.state == self.STATE_OPEN:
            self.onMessage(b"".join(self.message_data or ()), self.message_is_binary)
        self.message_data = None

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        if isBinary:
            self._receive({"type": "websocket.receive", "bytes": payload}, len(payload))
        else:
            self.onText(payload.decode(), len(payload))

    def onText(self, text: str, size: int) -> None:
        self._receive({"type": "websocket.receive", "text": text}, size)

    def _receive(self, message: Message, size: int) -> None:
        self.inbox.put(message, size)
        if self.inbox.is_full:
            self._pause_reading()

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        self._tell_end(code or 1005)
        if hasattr(self, "server"):  # else the handshake could not even be read
            self.server.protocol_disconnected(self)

    def sendCloseFrame(
        self, code: int | None = None, reasonUtf8: bytes | None = None, isReply: bool = False
    ) -> None:
        """Begin to close; the application hears at once, not when a stuck client has gone."""
        super().sendCloseFrame(code=code, reasonUtf8=reasonUtf8, isReply=isReply)
        if not isReply:
            self._tell_end(code or 1005)

    def _tell_end(self, code: int) -> None:
        self.outlet.resume()  # whoever waits for room to send need not wait any more
        if not self.is_told:
            self.is_told = True
            self.inbox.put({"type": "websocket.disconnect", "code": code})

    # The application speaks

    def handle_reply(self, message: Message) -> None:
        """Obey one ASGI message; whatever comes after the end is ignored."""
        if self.state == self.STATE_OPEN:
            self._obey_open(message)
        elif self.state == self.STATE_CONNECTING:
            self._obey_connecting(message)

    def _obey_open(self, message: Message) -> None:
        if message["type"] == "websocket.close":
            self.close(message.get("code") or closing.NORMAL, message.get("reason") or "")
        elif message.get("text") is not None:
            self.sendData(self.factory.frames.frame(message["text"]))
        elif message.get("bytes") is not None:
            self.sendData(frame(BINARY, message["bytes"]))

    def _obey_connecting(self, message: Message) -> None:
        match message["type"]:
            case "websocket.accept":
                headers = [(k.decode(), v.decode()) for k, v in message.get("headers", [])]
                self.handshake_deferred.callback((message.get("subprotocol"), dict(headers)))
            case "websocket.close":
                self.deny(403, refusal_headers(403), refusal_body(403))
            case "websocket.http.response.start":
                self.denial = message
            case "websocket.http.response.body" if self.denial is not None:
                self.deny(self.denial["status"], self.denial["headers"], message["body"])
            case kind:
                raise ValueError(f"{kind} before the handshake was answered")

    def deny(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Answer the handshake with an HTTP error and its body."""
        lines = b"".join(b"%s: %s\r\n" % header for header in headers)
        self.sendData(b"HTTP/1.1 %d Refused\r\n%s\r\n%s" % (status, lines, body))
        self.dropConnection(abort=False)

    def handle_exception(self, exception: BaseException) -> None:
        self.application_ended(closing.FAULT)

    def application_ended(self, code: int = closing.NORMAL) -> None:
        """Nobody listens to this socket any more."""
        if self.state == self.STATE_OPEN:
            self.close(code)
        elif self.state == self.STATE_CONNECTING:
            self.deny(500, refusal_headers(500), refusal_body(500))

    def restart(self, reason: str) -> None:
        if self.state == self.STATE_OPEN:
            self.close(closing.RESTART, reason)

    def check_timeouts(self) -> None:
        super().check_timeouts()
        if self.state == self.STATE_CONNECTING:
            waited = self.duration()
            if waited > self.limits.accept_seconds:
                self.deny(503, refusal_headers(503), refusal_body(503))


class SocketFactory(WebSocketFactory):  # type: ignore[misc]  # Daphne is untyped
    protocol = Socket

    def __init__(self, server: object, limits: Limits) -> None:
        super().__init__(server, server="")
        self.limits = limits
        self.frames = TextFrames()
        self.setProtocolOptions(
            versions=[13],  # version 8 names its origin in another header, which nobody checks
            allowNullOrigin=True,  # origins are the application's to judge
            failByDrop=False,  # say 1009 before hanging up
            openHandshakeTimeout=limits.accept_seconds,
            closeHandshakeTimeout=limits.linger_seconds,
            maxMessagePayloadSize=limits.message_bytes,
            maxFramePayloadSize=limits.message_bytes,
        )
        # What all sockets have in common is autobahn's to copy to each, unless it is there already.
        for name in Socket.CONFIG_ATTRS:
            option = getattr(self, name)
            setattr(Socket, name, staticmethod(option) if callable(option) else option)
