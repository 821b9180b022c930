"""uvicorn's two protocols with the caps that it has no option for."""

import asyncio
from typing import Any

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from config.server import closing
from config.server.frames import SHORT, TextFrames, are_whole, take_text
from config.server.limits import Limits
from config.server.outlet import Outlet

_frames = TextFrames()


class Channel(H11Protocol):
    """An HTTP connection that must send its headers in time and read its answer."""

    limits: Limits

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.outlet = _outlet(self, transport.abort)
        self.header_timer = self.loop.call_later(self.limits.header_seconds, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        self.header_timer.cancel()
        self.outlet.resume()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        super().handle_events()
        if self.scope is not None:
            self.header_timer.cancel()

    def _too_slow(self) -> None:
        self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.outlet.pause()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.outlet.resume()


class Socket(WebSocketsSansIOProtocol):
    """A websocket that is closed with 4008 when its client takes nothing for a while."""

    limits: Limits

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.outlet = _outlet(self, self._give_up_slow)
        self.control_frames = 0
        self.is_between_messages = True  # as far as we can say without looking into the parser
        self.most_short = min(SHORT, self.limits.message_bytes)
        self.look_timer = self.loop.call_later(2, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self.look_timer.cancel()
        self.outlet.resume()
        super().connection_lost(exc)

    def is_open(self) -> bool:
        return self.handshake_complete and not self.close_sent and not self.disconnected

    def restart(self, reason: str) -> None:
        if self.is_open():
            self._finish(closing.RESTART, reason)

    def _give_up_slow(self) -> None:
        if self.is_open():
            self._finish(closing.SLOW, "slow")
        else:
            self.transport.abort()

    def _finish(self, code: int, reason: str) -> None:
        """Send a close frame; the connection is cut soon after if nobody answers."""
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = self.disconnected = True
        self.writable.set()  # whoever waits for room to send need not wait any more
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(self.limits.linger_seconds, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        rest = self._without_short_texts(data) if self._expects_message() else data
        if not rest:
            return
        if self.handshake_initiated and not are_whole(rest):
            self.is_between_messages = False
        super().data_received(rest)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            # uvicorn would leave a client whose handshake cannot be read without an answer.
            answer = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            self.transport.write(answer)
            self.transport.close()

    def _expects_message(self) -> bool:
        return self.is_between_messages and self.is_open()

    def _without_short_texts(self, data: bytes) -> bytes:
        """Hand short texts over at once; return what is left for the parser."""
        at = 0
        while found := take_text(data, at, self.most_short):
            text, at = found
            self.queue.put_nowait({"type": "websocket.receive", "text": text})
        if self.queue.qsize() >= self.limits.inbox_messages and not self.read_paused:
            self.read_paused = True  # until the queue is empty again
            self.transport.pause_reading()
        return data[at:] if at else data

    async def send(self, message: ASGISendEvent) -> None:
        """Obey one ASGI message; whatever comes after the end is ignored, as under Daphne."""
        await self.writable.wait()
        if self.disconnected:
            return
        text = message.get("text")
        if isinstance(text, str) and self.is_open():
            self.transport.write(_frames.frame(text))
        else:
            await super().send(message)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.outlet.pause()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.outlet.resume()

    def handle_cont(self, event: Frame) -> None:
        super().handle_cont(event)
        if len(self.frames) > self.limits.message_fragments:
            self._finish(closing.TOO_BIG, "too many fragments")

    def handle_ping(self) -> None:
        self._count_control()
        super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        self._count_control()
        super().handle_pong(event)

    def _count_control(self) -> None:
        self.control_frames += 1
        is_too_much = self.control_frames > self.limits.control_frames
        if is_too_much and self.is_open():
            self._finish(closing.ABUSE, "too many control frames")

    def _look(self) -> None:
        self.control_frames = 0
        self.look_timer = self.loop.call_later(2, self._look)


def _outlet(protocol: Channel | Socket, on_stall: Any) -> Outlet:
    return Outlet(
        protocol.transport.get_write_buffer_size,
        stall_seconds=protocol.limits.stall_seconds,
        on_stall=on_stall,
    )
