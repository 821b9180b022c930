"""Identifiers in the shapes that the platform gives them."""

import hashlib
import secrets
import time

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class _Last:
    """Message ids rise, also within one millisecond."""

    number = 0


def user_id(provider: str, person: str) -> str:
    """Return the id under which a provider's channels know a person: always the same one."""
    return "U" + hashlib.md5(f"{provider}\0{person}".encode(), usedforsecurity=False).hexdigest()


def group_id(kind: str) -> str:
    return {"group": "C", "room": "R"}[kind] + secrets.token_hex(16)


def message_id() -> str:
    _Last.number = max(_Last.number + 1, 500_000_000_000_000_000 + time.time_ns() // 1000)
    return str(_Last.number)


def event_id(at_ms: int) -> str:
    """Return a ULID: 48 bits of milliseconds, 80 of chance."""
    number = (at_ms << 80) | secrets.randbits(80)
    return "".join(CROCKFORD[(number >> 5 * place) & 31] for place in range(25, -1, -1))


def reply_token() -> str:
    return secrets.token_hex(16)


def opaque(size: int = 48) -> str:
    return secrets.token_urlsafe(size)


def is_chat_id(text: str) -> bool:
    return len(text) == 33 and text[0] in "UCR" and all(c in "0123456789abcdef" for c in text[1:])
