"""A link that can be made to fail, between two programs that do not know of it."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Literal

Mode = Literal["pass", "delay", "blackhole", "half-open", "refuse"]
Address = tuple[str, int] | Path
CHUNK = 64 * 1024


class Proxy:
    """Usage: `await proxy.start()`, then `proxy.set("blackhole")` or `proxy.cut()`, at any time.

    pass; delay: each piece waits; blackhole: nothing arrives either way, nobody is told, and what
    was on its way arrives when it passes again; half-open: only the way back is dead; refuse: new
    connections are refused. `cut` resets the present connections, `cut_after` the next that has
    carried so many bytes.
    """

    def __init__(self, listen: Address, target: Address) -> None:
        self._listen = listen
        self._target = target
        self._mode: Mode = "pass"
        self._open = {"there": asyncio.Event(), "back": asyncio.Event()}
        self._delay_seconds = 0.0
        self._bytes_left: int | None = None
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._links: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        if isinstance(self._listen, Path):
            self._listen.unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(self._accept, str(self._listen))
        else:
            host, port = self._listen
            self._server = await asyncio.start_server(self._accept, host, port)
            self._listen = (host, self.port)
        self.set("pass")

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()
        for event in self._open.values():
            event.set()
        for link in self._links:
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)
        self.cut()  # what had been taken and not served yet
        await asyncio.sleep(0.01)  # connections are closed in the loop's next turns

    def set(self, mode: Mode, delay_seconds: float = 0.2) -> None:
        self._mode = mode
        self._delay_seconds = delay_seconds if mode == "delay" else 0.0
        closed = {"blackhole": {"there", "back"}, "half-open": {"back"}}.get(mode, set())
        for way, event in self._open.items():
            (event.clear if way in closed else event.set)()

    def cut(self) -> None:
        """Reset every connection that there is."""
        for end in list(self._ends):
            _reset(end)
        self._ends.clear()

    def cut_after(self, count: int) -> None:
        self._bytes_left = count

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        link = asyncio.create_task(self._serve(reader, writer))
        self._links.add(link)
        link.add_done_callback(self._links.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode == "refuse":
            self._refuse(writer)
            return
        try:
            there, back = await self._connect()
        except OSError:
            self._refuse(writer)
            return
        self._ends.add(back)
        try:
            await asyncio.gather(
                self._pump("there", reader, back), self._pump("back", there, writer)
            )
        finally:
            self._ends -= {writer, back}

    def _refuse(self, writer: asyncio.StreamWriter) -> None:
        self._ends.discard(writer)
        _reset(writer)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._target, Path):
            return await asyncio.open_unix_connection(str(self._target))
        return await asyncio.open_connection(*self._target)

    async def _pump(
        self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while data := await reader.read(CHUNK):
                await asyncio.sleep(self._delay_seconds)
                await self._open[way].wait()
                self._count(len(data))
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            _quietly(writer.close)

    def _count(self, size: int) -> None:
        if self._bytes_left is None:
            return
        self._bytes_left -= size
        if self._bytes_left <= 0:
            self._bytes_left = None
            self.cut()
            raise ConnectionResetError


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close at once; over TCP the other side gets a reset, as from a machine that is gone."""
    sock = writer.get_extra_info("socket")
    if sock is not None and sock.family != socket.AF_UNIX:
        option = struct.pack("ii", 1, 0)
        _quietly(lambda: sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, option))
    _quietly(writer.transport.abort)


def _quietly(act: Callable[[], object]) -> None:
    with contextlib.suppress(OSError, RuntimeError):
        act()
