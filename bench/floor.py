"""The bare floor: picows and asyncpg, one process, no checks, no batches. `floor.py PORT`."""

import asyncio
import hashlib
import os
import sys
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import msgspec
import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

STORE = """
WITH moved AS (
    UPDATE conversation SET last_seq = last_seq + 1, last_at = now(), preview = left($3, 160)
    WHERE id = $1 RETURNING last_seq
)
INSERT INTO message (conversation_id, seq, client_id, body)
SELECT $1, last_seq, $2, $3 FROM moved RETURNING id, seq
"""
RESUME = """
SELECT m.id, m.seq, m.client_id::text, m.body, extract(epoch FROM m.created_at)::float8
FROM conversation c JOIN message m ON m.conversation_id = c.id
WHERE c.token_hash = $1 AND m.seq > $2 ORDER BY m.seq
"""
encode = msgspec.json.encode
decode = msgspec.json.decode


class Operator(WSListener):
    def __init__(self, everybody: set[WSTransport]) -> None:
        self._everybody = everybody

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._everybody.add(transport)
        transport.send(WSMsgType.TEXT, b'{"t":"ready"}')

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._everybody.discard(transport)


class Visitor(WSListener):
    def __init__(
        self, conversation: int, pool: "asyncpg.Pool[Any]", operators: set[WSTransport]
    ) -> None:
        self._conversation = conversation
        self._pool = pool
        self._operators = operators
        self._waiting: list[bytes] = []
        self._task: asyncio.Task[None] | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        transport.send(WSMsgType.TEXT, b'{"t":"ready"}')

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type != WSMsgType.TEXT:
            return
        self._waiting.append(frame.get_payload_as_bytes())
        if self._task is None:
            self._task = asyncio.create_task(self._work(transport))

    async def _work(self, transport: WSTransport) -> None:
        while self._waiting:
            frame = decode(self._waiting.pop(0))
            if frame["t"] == "resume":
                await self._resume(transport, frame)
            else:
                await self._send(transport, frame["u"], frame["b"])
        self._task = None

    async def _send(self, transport: WSTransport, client: str, body: str) -> None:
        id, seq = await self._pool.fetchrow(STORE, self._conversation, client, body)
        told = {"t": "msg", "c": self._conversation, "id": id, "seq": seq, "u": client, "b": body}
        text = encode(told)
        for operator in self._operators:
            operator.send(WSMsgType.TEXT, text)
        transport.send(WSMsgType.TEXT, encode({"t": "ack", "u": client, "seq": seq}))

    async def _resume(self, transport: WSTransport, frame: dict[str, Any]) -> None:
        digest = hashlib.sha256(frame["token"].encode()).digest()
        rows = await self._pool.fetch(RESUME, digest, frame["after"])
        names = ("id", "seq", "u", "b", "at")
        missed = [dict(zip(names, row, strict=True)) for row in rows]
        transport.send(WSMsgType.TEXT, encode({"t": "resume", "m": missed}))


async def main(port: int) -> None:
    pool = await asyncpg.create_pool(
        host=os.environ["BENCH_SOCKETS"],
        user="sobani",
        database=os.environ["BENCH_DATABASE"],
        min_size=4,
        max_size=4,
    )
    operators: set[WSTransport] = set()

    def listener(request: WSUpgradeRequest) -> WSListener:
        path = request.path.decode()
        if path == "/ws/operator":
            return Operator(operators)
        return Visitor(int(path.rsplit("/", 1)[1]), pool, operators)

    server = await ws_create_server(listener, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
