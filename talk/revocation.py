"""The second look at open sockets: is everybody still allowed in?"""

from typing import Any

from talk import database
from talk.hub import Hub, Listener

REVOKED = 4009


async def recheck(hub: Hub) -> None:
    """Close sockets of operators whose access has changed, and of revoked visitor tokens."""
    passes: dict[str, list[tuple[Listener, Any]]] = {"operator": [], "visitor": []}
    for listener in hub.listeners:
        kind, key = listener.bearer
        passes[kind].append((listener, key))
    operators = {key for _, key in passes["operator"]}
    tokens = {key for _, key in passes["visitor"]}
    good = await _good_operators(operators) | await _good_tokens(tokens)
    for listener, key in passes["operator"] + passes["visitor"]:
        if key not in good:
            listener.revoke()


async def _good_operators(keys: set[Any]) -> set[Any]:
    rows = await _fetch(
        "SELECT id, access_version FROM talk_operator WHERE is_active AND id = ANY(%s)",
        [id for id, _ in keys],
    )
    return {(id, version) for id, version in rows}


async def _good_tokens(keys: set[Any]) -> set[Any]:
    rows = await _fetch(
        "SELECT t.token_hash FROM talk_visitortoken t JOIN talk_inbox i ON i.id = t.inbox_id"
        " WHERE t.revoked_at IS NULL AND i.is_active AND t.token_hash = ANY(%s)",
        list(keys),
    )
    return {token_hash for (token_hash,) in rows}


async def _fetch(sql: str, keys: list[Any]) -> list[Any]:
    if not keys:
        return []
    pool = await database.pool()
    async with pool.connection() as connection:
        cursor = await connection.execute(sql, (keys,))
        return list(await cursor.fetchall())
