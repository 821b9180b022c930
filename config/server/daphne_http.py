"""Daphne's HTTP side: requests that are too big, too slow or malformed are refused early.

Twisted and Daphne spool a whole body to disk before the application is asked; so the caps have
to hold here, while it arrives.
"""

# ruff: noqa: N802  # the names are Twisted's and autobahn's

from http import HTTPStatus
from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from twisted.web.http import HTTPChannel

from config.server.daphne_transport import pending_bytes
from config.server.headers import has_controls
from config.server.limits import Limits
from config.server.metrics import REQUESTS_REFUSED
from config.server.outlet import Outlet
from config.server.refusal import refusal_body, refusal_headers, wants_page


class Channel(HTTPChannel):  # type: ignore[misc]  # Twisted's types are left out
    """One connection. `refuse` answers from any state, and nothing is read after it.

    Deadlines are for a whole phase (headers, body, keep-alive): a client that sends a byte now
    and then must not hold a connection for ever.
    """

    limits: Limits
    is_refused = False
    is_retired = False
    is_waiting = True  # for the first byte of a request

    def connectionMade(self) -> None:
        self.limits = self.factory.server.limits
        self.maxHeaders = self.limits.header_count
        self.totalHeadersSize = self.MAX_LENGTH = self.limits.header_bytes
        self.timeOut = self.limits.keepalive_seconds
        self.outlet = Outlet(
            lambda: pending_bytes(self.transport),
            stall_seconds=self.limits.stall_seconds,
            on_stall=self.forceAbortClient,
        )
        super().connectionMade()
        self.setTimeout(self.limits.header_seconds)
        self.factory.server.channels.add(self)

    def connectionLost(self, reason: Any) -> None:
        self.factory.server.channels.discard(self)
        self.outlet.resume()
        super().connectionLost(reason)

    def resetTimeout(self) -> None:
        """Twisted would start the clock anew with every byte."""

    def dataReceived(self, data: bytes) -> None:
        if self.is_refused:
            return
        if self.is_waiting and not self._handlingRequest:
            self.is_waiting = False
            self.setTimeout(self.limits.header_seconds)
        super().dataReceived(data)

    def lineReceived(self, line: bytes) -> None:
        if not self.is_refused:
            super().lineReceived(line)

    def rawDataReceived(self, data: bytes) -> None:
        if not self.is_refused:
            super().rawDataReceived(data)

    def lineLengthExceeded(self, line: bytes) -> None:
        self.refuse(431)

    def allHeadersReceived(self) -> None:
        path = self._path.partition(b"?")[0].decode("latin-1")
        self.body_limit = self.limits.body_limit(path)
        if self.length and self.length > self.body_limit:
            self.refuse(413)
            return
        super().allHeadersReceived()
        self.setTimeout(self.limits.body_seconds)

    def allContentReceived(self) -> None:
        if not self.is_refused:
            self.setTimeout(self.limits.keepalive_seconds)  # what Twisted restores afterwards
            self.is_waiting = True
            super().allContentReceived()

    def _respondToBadRequestAndDisconnect(self) -> None:
        self.refuse(400)

    def timeoutConnection(self) -> None:
        if self.is_waiting:
            self.loseConnection()
        else:
            self.refuse(408)

    def refuse(self, status: int) -> None:
        """Answer and hang up. What still arrives is thrown away for a moment.

        Closing at once would reset the connection, and the client would lose the answer.
        """
        if self.is_refused:
            return
        self.is_refused = True
        self.setTimeout(None)
        REQUESTS_REFUSED.labels(str(status)).inc()
        self.transport.write(_answer(status, is_page=wants_page(self._accepted())))
        self.transport.unregisterProducer()
        self.transport.loseWriteConnection()
        self.callLater(self.limits.linger_seconds, self.transport.abortConnection)

    def _accepted(self) -> list[str]:
        """Return what the request under way says that it accepts, as far as it has come."""
        headers = self.requests[-1].requestHeaders if self.requests else None
        values = headers.getRawHeaders(b"accept", []) if headers else []
        return [value.decode("latin-1") for value in values]

    def retire(self) -> None:
        """Close as soon as the request in work is answered; at once when there is none."""
        self.is_retired = True
        self.persistent = False
        for request in self.requests:
            request.responseHeaders.setRawHeaders(b"connection", [b"close"])
        if not self.requests:
            self.loseConnection()

    def checkPersistence(self, request: Any, version: bytes) -> bool:
        return super().checkPersistence(request, version) and not self.is_retired

    def pauseProducing(self) -> None:
        self.outlet.pause()
        super().pauseProducing()

    def resumeProducing(self) -> None:
        self.outlet.resume()
        super().resumeProducing()


def _answer(status: int, *, is_page: bool) -> bytes:
    phrase = HTTPStatus(status).phrase.encode()
    body = refusal_body(status, is_page=is_page)
    headers = refusal_headers(status, is_page=is_page)
    lines = b"".join(b"%s: %s\r\n" % header for header in headers)
    return b"HTTP/1.1 %d %s\r\n%s\r\n%s" % (status, phrase, lines, body)


class Request(WebRequest):  # type: ignore[misc]  # Daphne is untyped
    error_template = "<!doctype html><title>%(title)s</title><p>%(body)s</p>"

    def __init__(self, channel: Channel, queued: object = False) -> None:
        # The application parses forms; Twisted would do it a first time, in memory.
        super().__init__(channel, queued, parsePOSTFormSubmission=False)
        self.body_bytes = 0

    def handleContentChunk(self, data: bytes) -> None:
        """Keep a piece of the body; only here is the size of a chunked one known."""
        self.body_bytes += len(data)
        if self.body_bytes > self.channel.body_limit:
            self.channel.refuse(413)
        if not self.channel.is_refused:
            super().handleContentChunk(data)

    def process(self) -> None:
        values = (v for _, many in self.requestHeaders.getAllRawHeaders() for v in many)
        if has_controls(values):
            self.channel.refuse(400)
            return
        channel = self.channel
        super().process()
        if channel.transport.protocol is not channel:
            channel.factory.server.channels.discard(channel)  # it is a websocket now

    async def drained(self) -> None:
        channel = getattr(self, "channel", None)  # Twisted deletes it with the last chunk
        if channel is not None:
            await channel.outlet.drained()


class Factory(HTTPFactory):  # type: ignore[misc]  # Daphne is untyped
    def buildProtocol(self, addr: Any) -> Channel:
        channel = Channel()
        channel.factory = self
        channel.requestFactory = Request
        channel.callLater = self.reactor.callLater
        return channel
