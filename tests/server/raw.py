"""A websocket client without manners: sends any frame, reads only when told."""

import socket
import struct
from dataclasses import dataclass

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
CONTINUATION = 0


@dataclass
class Frame:
    opcode: int
    payload: bytes

    @property
    def code(self) -> int:
        return int(struct.unpack("!H", self.payload[:2])[0])


class RawWebsocket:
    def __init__(self, connection: socket.socket, path: str, origin: str = "") -> None:
        self.connection = connection
        self._buffer = b""
        connection.sendall(
            b"GET %s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n"
            % (path.encode(), f"Origin: {origin}\r\n".encode() if origin else b"")
        )
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        self.answer, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        assert self.answer.startswith(b"HTTP/1.1 101"), self.answer

    def send(self, opcode: int, payload: bytes = b"", *, fin: bool = True) -> None:
        self.connection.sendall(masked(opcode, payload, fin=fin))

    def read(self) -> Frame:
        """Return the next frame; raises ConnectionError at the end."""
        first, second = self._take(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", self._take(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._take(8))
        return Frame(first & 0x0F, self._take(size))

    def read_close(self) -> Frame:
        """Read up to the close frame and return it."""
        while (frame := self.read()).opcode != CLOSE:
            pass
        return frame

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._more()
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def _more(self) -> None:
        data = self.connection.recv(1 << 16)
        if not data:
            raise ConnectionError("the server hung up")
        self._buffer += data


def masked(opcode: int, payload: bytes, *, fin: bool = True) -> bytes:
    """Return a client's frame."""
    mask = b"\x12\xe9\x5c\xa7"  # the same in every process: tests are named after their frames
    cover = int.from_bytes(mask * (len(payload) // 4 + 1), "big") >> (8 * (4 - len(payload) % 4))
    body = (int.from_bytes(payload, "big") ^ cover).to_bytes(len(payload), "big")
    return announced(opcode, len(payload), mask, fin=fin) + body


def announced(opcode: int, size: int, mask: bytes = b"\0\0\0\0", *, fin: bool = True) -> bytes:
    """Return the header of a client's frame, whether or not the payload follows."""
    first = (0x80 if fin else 0) | opcode
    if size < 126:
        return struct.pack("!BB", first, 0x80 | size) + mask
    if size < 1 << 16:
        return struct.pack("!BBH", first, 0x80 | 126, size) + mask
    return struct.pack("!BBQ", first, 0x80 | 127, size) + mask
