"""The byte level of Daphne's websocket: caps on what comes in and on what waits to go out.

autobahn reads names in camel case; those that it calls keep them.
"""

# ruff: noqa: N802, N803, N815  # the names are Twisted's and autobahn's

import time

from daphne.ws_protocol import WebSocketProtocol

from config.server import closing
from config.server.daphne_transport import pending_bytes, write_now
from config.server.frames import SHORT, take_text
from config.server.inbox import Inbox
from config.server.limits import Limits
from config.server.metrics import READS_PAUSED
from config.server.outlet import Outlet


class GuardedSocket(WebSocketProtocol):  # type: ignore[misc]  # Daphne is untyped
    """A websocket whose memory is bounded in both directions, whatever its client does."""

    limits: Limits
    outlet: Outlet
    inbox: Inbox
    state: int
    failedByMe: bool  # autobahn: we have given up on this client and listen to nothing more

    def connectionMade(self) -> None:
        self.limits = self.factory.limits
        self.most_short = min(SHORT, self.limits.message_bytes)
        self.last_heard = self.last_pinged = time.monotonic()
        self.control_frames = 0
        self.is_slow = False
        self.inbox = Inbox(self.limits, on_room=self._read_on)
        self.outlet = Outlet(
            lambda: pending_bytes(self.transport),
            stall_seconds=self.limits.stall_seconds,
            on_stall=self.give_up_slow,
        )
        super().connectionMade()
        # The HTTP channel was the transport's producer until now.
        self.transport.unregisterProducer()
        self.transport.registerProducer(self, True)

    def connectionLost(self, reason: object) -> None:
        self.outlet.resume()
        super().connectionLost(reason)

    # Out

    def pauseProducing(self) -> None:
        self.outlet.pause()

    def resumeProducing(self) -> None:
        self.outlet.resume()

    def stopProducing(self) -> None:
        self.outlet.resume()

    def sendData(self, data: bytes, sync: bool = False, chopsize: int | None = None) -> None:
        """Write a frame, or close the socket when too much would wait; everything passes here."""
        waiting = pending_bytes(self.transport) + len(data)
        if waiting > self.limits.output_bytes and not self.is_slow:
            self.give_up_slow()
        else:
            write_now(self.transport, data)

    def give_up_slow(self) -> None:
        """Close with 4008; the frame may never get out, then the connection is cut soon after."""
        self.is_slow = True
        if self.state == self.STATE_OPEN:
            self.close(closing.SLOW, "slow")
        else:
            self.transport.abortConnection()

    def close(self, code: int, reason: str = "") -> None:
        # Not sendClose: it refuses 1008, 1011 and 1012.
        self.sendCloseFrame(code=code, reasonUtf8=reason.encode()[:123])

    def dropConnection(self, abort: bool = False) -> None:
        """Close the connection, and cut it if what still waits is never read."""
        super().dropConnection(abort=abort)
        if not abort:
            seconds = self.limits.linger_seconds
            self.factory.reactor.callLater(seconds, self.transport.abortConnection)

    # In

    def dataReceived(self, data: bytes) -> None:
        self.last_heard = time.monotonic()
        if self.state == self.STATE_CONNECTING and hasattr(self, "request"):
            self._keep_early(data)
        elif not self.failedByMe and (rest := self._without_short_texts(data)):
            self._dataReceived(rest)

    def _without_short_texts(self, data: bytes) -> bytes:
        """Hand short texts over at once; return what is left for autobahn."""
        at = 0
        while self._expects_message() and (found := take_text(data, at, self.most_short)):
            text, end = found
            self.onText(text, end - at)
            at = end
        return data[at:] if at else data

    def _expects_message(self) -> bool:
        if self.state != self.STATE_OPEN or self.inbox.is_full:
            return False
        return self.current_frame is None and not self.inside_message and not self.data

    def onText(self, text: str, size: int) -> None:
        raise NotImplementedError

    def _keep_early(self, data: bytes) -> None:
        """Keep frames that came before the handshake was answered; autobahn reads them then."""
        self.data += data
        if len(self.data) > self.limits.message_bytes:
            self.transport.abortConnection()

    def processData(self) -> bool:
        if self.inbox.is_full:
            return False
        return bool(super().processData())

    def _pause_reading(self) -> None:
        READS_PAUSED.inc()
        self.transport.pauseProducing()

    def _read_on(self) -> None:
        self.transport.resumeProducing()
        self.factory.reactor.callLater(0, self.consumeData)

    def onMessageBegin(self, isBinary: bool) -> None:
        self.fragments = 0
        super().onMessageBegin(isBinary)

    def onMessageFrameBegin(self, length: int) -> None:
        super().onMessageFrameBegin(length)  # refuses by the announced size
        self.fragments += 1
        if self.fragments > self.limits.message_fragments:
            self._fail_connection(closing.TOO_BIG, "too many fragments")

    def onPing(self, payload: bytes) -> None:
        if self._may_control():
            super().onPing(payload)

    def onPong(self, payload: bytes) -> None:
        self._may_control()

    def _may_control(self) -> bool:
        self.control_frames += 1
        if self.control_frames > self.limits.control_frames:
            self._fail_connection(closing.ABUSE, "too many control frames")
        return not self.failedByMe

    def check_timeouts(self) -> None:
        """Called by Daphne every two seconds. An idle socket lives as long as it answers pings."""
        self.control_frames = 0
        if self.state != self.STATE_OPEN or self.inbox.is_full:
            return
        now = time.monotonic()
        is_asked = self.last_pinged > self.last_heard
        if is_asked and now - self.last_pinged > self.limits.pong_seconds:
            self.wasNotCleanReason = "no answer to a ping"
            self.dropConnection(abort=True)
        elif not is_asked and now - self.last_heard > self.limits.ping_seconds:
            self.last_pinged = now
            self.sendPing()
