"""Asking our own processes until they say yes."""

import asyncio
import socket

PAUSE_SECONDS = 0.1


async def until_ready(listener: socket.socket, limit_seconds: float, path: str = "/readyz") -> bool:
    """Return True as soon as the processes behind the listener answer 200."""
    try:
        async with asyncio.timeout(limit_seconds):
            while not await _is_ready(listener, path):  # noqa: ASYNC110  # another process is asked
                await asyncio.sleep(PAUSE_SECONDS)
    except TimeoutError:
        return False
    return True


async def _is_ready(listener: socket.socket, path: str) -> bool:
    host, port = reachable(listener)
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    try:
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        writer.write(request.encode())
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
