"""Asking our own `/readyz` until it says yes."""

import asyncio
import socket

PAUSE_SECONDS = 0.1


async def until_ready(listener: socket.socket, limit_seconds: float) -> bool:
    """Return True as soon as the web processes behind the listener can serve."""
    try:
        async with asyncio.timeout(limit_seconds):
            while not await _is_ready(listener):  # noqa: ASYNC110  # another process is asked
                await asyncio.sleep(PAUSE_SECONDS)
    except TimeoutError:
        return False
    return True


async def _is_ready(listener: socket.socket) -> bool:
    host, port = reachable(listener)
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    try:
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        await writer.drain()
        status = await reader.readline()
    except OSError:
        return False
    finally:
        writer.close()
    return status.split(b" ")[1:2] == [b"200"]


def reachable(listener: socket.socket) -> tuple[str, int]:
    """Return an address that reaches the listener: "everywhere" is reached by loopback."""
    host, port, *_ = listener.getsockname()
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104
