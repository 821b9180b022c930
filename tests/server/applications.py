"""Small ASGI applications that the server is tried with. Served by `tests.server.running`."""

import asyncio
import gc
import json
import os
import time
from pathlib import Path
from typing import Any

from config.server.asgi_types import Receive, Scope, Send
from config.server.drain import is_draining
from config.server.outlet import Outlet

PIECE = "x" * 60_000


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Route by path, so that one process serves a whole test."""
    if scope["type"] == "websocket":
        await receive()
        await SOCKETS[scope["path"]](scope, receive, send)
    else:
        await REQUESTS.get(scope["path"], take_body)(scope, receive, send)


async def take_body(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the size of the body."""
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await answer(send, {"size": size})


async def tell_scope(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(send, seen(scope))


async def take_a_second(scope: Scope, receive: Receive, send: Send) -> None:
    _note("asked")
    await asyncio.sleep(1)
    await answer(send, {"draining": is_draining()})


async def never_end(scope: Scope, receive: Receive, send: Send) -> None:
    _note("asked")
    await asyncio.Event().wait()


async def hang(scope: Scope, receive: Receive, send: Send) -> None:
    """Wait for a thread that does not end."""
    _note("asked")
    await asyncio.to_thread(time.sleep, 1000)


async def tell_pid(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(send, {"pid": os.getpid()})


async def tell_waiting(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with how many bytes wait in this process for each client that anything waits for."""
    outlets = [each for each in gc.get_objects() if isinstance(each, Outlet)]
    await answer(send, [size for outlet in outlets if (size := outlet.pending())])


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with 100 MB, politely."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(1_700):
        await send({"type": "http.response.body", "body": PIECE.encode(), "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] != "websocket.disconnect":
        await send({"type": "websocket.send", "text": message.get("text")})


async def note_end(scope: Scope, receive: Receive, send: Send) -> None:
    """Write the close code down."""
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] != "websocket.disconnect":
        pass
    _note(message["code"])


async def flood_politely(scope: Scope, receive: Receive, send: Send) -> None:
    """Send 100 MB, waiting for each piece."""
    await send({"type": "websocket.accept"})
    for _ in range(1_700):
        await send({"type": "websocket.send", "text": PIECE})
    await send({"type": "websocket.send", "text": "all sent"})
    _note((await receive())["code"])


async def flood_carelessly(scope: Scope, receive: Receive, send: Send) -> None:
    """Send 100 MB at once, as a hub without bounds would."""
    await send({"type": "websocket.accept"})
    sends = [send({"type": "websocket.send", "text": PIECE}) for _ in range(1_700)]
    await asyncio.gather(*sends, return_exceptions=True)
    _note((await receive())["code"])


async def never_read(scope: Scope, receive: Receive, send: Send) -> None:
    """Be busy with every message for longer than a test lasts."""
    await send({"type": "websocket.accept"})
    await receive()
    await asyncio.sleep(1000)


async def never_answer(scope: Scope, receive: Receive, send: Send) -> None:
    _note("asked")
    await receive()


async def tell_scope_on_socket(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": json.dumps(seen(scope))})
    await receive()


async def close_for_abuse(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": 1008, "reason": "back off"})


async def fail(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "websocket.accept"})
    await receive()
    raise RuntimeError("broken on purpose")


async def answer(send: Send, content: Any) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(content).encode()})


def seen(scope: Scope) -> dict[str, Any]:
    return {
        "client": scope["client"][0],
        "scheme": scope["scheme"],
        "root_path": scope["root_path"],
        "headers": [name.decode() for name, _ in scope["headers"]],
    }


REQUESTS = {
    "/scope": tell_scope,
    "/slow": take_a_second,
    "/for-ever": never_end,
    "/hang": hang,
    "/pid": tell_pid,
    "/waiting": tell_waiting,
    "/stream": stream,
}
SOCKETS = {
    "/echo": echo,
    "/note-end": note_end,
    "/flood-politely": flood_politely,
    "/flood-carelessly": flood_carelessly,
    "/never-read": never_read,
    "/never-answer": never_answer,
    "/scope": tell_scope_on_socket,
    "/close-for-abuse": close_for_abuse,
    "/fail": fail,
}


async def start() -> None:
    """Hook of the runner."""
    _note("start")


async def stop() -> None:
    """Hook of the runner."""
    _note("stop")


def _note(line: object) -> None:
    if "TEST_NOTES" in os.environ:
        with Path(os.environ["TEST_NOTES"]).open("a") as notes:
            notes.write(f"{line}\n")
