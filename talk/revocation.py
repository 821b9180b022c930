"""The second look at open sockets: is everybody still allowed in?

Each socket has it once, right after it was attached: what ended between its hello and then was
told to nobody. And all have it each minute, should an `access.changed` ever get lost.
"""

from typing import Any

from talk import database
from talk.hub import Hub, Listener

REVOKED = 4009


async def is_good(listener: Listener) -> bool:
    kind, key = listener.bearer
    return key in await GOOD[kind]({key})


async def recheck(hub: Hub) -> None:
    """Close sockets of operators whose access or session has ended, and of revoked tokens."""
    passes: dict[str, list[tuple[Listener, Any]]] = {"operator": [], "visitor": []}
    for listener in hub.listeners:
        kind, key = listener.bearer
        passes[kind].append((listener, key))
    for kind, bearers in passes.items():
        good = await GOOD[kind]({key for _, key in bearers})
        for listener, key in bearers:
            if key not in good:
                listener.revoke()


async def _good_operators(keys: set[Any]) -> set[Any]:
    """Return those whose rights are what they were at the hello, and whose session lives."""
    operators, versions, sessions = zip(*keys, strict=True) if keys else ((), (), ())
    rows = await _fetch(
        "SELECT k.operator, k.version, k.session"
        " FROM unnest(%s::uuid[], %s::int[], %s::text[]) AS k(operator, version, session)"
        " JOIN talk_operator o"
        " ON o.id = k.operator AND o.access_version = k.version AND o.is_active"
        " JOIN django_session s ON s.session_key = k.session AND s.expire_date > now()",
        list(operators),
        list(versions),
        list(sessions),
    )
    return set(rows)


async def _good_tokens(keys: set[Any]) -> set[Any]:
    rows = await _fetch(
        "SELECT t.token_hash FROM talk_visitortoken t JOIN talk_inbox i ON i.id = t.inbox_id"
        " WHERE t.revoked_at IS NULL AND i.is_active AND t.token_hash = ANY(%s)",
        list(keys),
    )
    return {token_hash for (token_hash,) in rows}


GOOD = {"operator": _good_operators, "visitor": _good_tokens}


async def _fetch(sql: str, *columns: list[Any]) -> list[Any]:
    if not columns[0]:
        return []
    pool = await database.pool()
    async with pool.connection() as connection:
        cursor = await connection.execute(sql, columns, prepare=True)
        return list(await cursor.fetchall())
