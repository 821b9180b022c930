"""What a site signs of its visitor: a JWT, judged by the keys of one inbox.

`aud` is the inbox's public id, `sub` the site's user id, `exp` at most a day ahead. The algorithm
is the key's, never the token's choice.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey
from joserfc.util import urlsafe_b64decode

from customers.cleaning import is_deeper
from talk.errors import Unauthenticated

MOST_BYTES: Final = 8 * 1024
MOST_TRAITS: Final = 50
MOST_LEVELS: Final = 20
LEEWAY_SECONDS: Final = 60
LONGEST_LIFE_SECONDS: Final = 24 * 3600
STANDARD: Final = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})


class BadToken(Unauthenticated):
    """The reason is for the developer of the site; it tells nothing that they do not know."""

    code = "bad_identity_token"
    title = "The signed identity is not valid"


@dataclass(frozen=True, slots=True)
class Key:
    """A live key: `material` is the shared secret, or the public key as PEM."""

    id: UUID
    algorithm: str
    material: str


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed, and with which key; `traits` are the claims that the standard lacks."""

    key_id: UUID
    user_id: str
    email: str
    phone: str
    traits: dict[str, Any]


class _Claims(msgspec.Struct):
    """Sites give nothing as null; a telephone may be a number. Only `sub` must identify."""

    sub: str
    aud: str
    exp: float
    nbf: float = 0
    iat: float = 0
    email: Any = None
    phone: Any = None


def read(token: str, keys: Iterable[Key], *, audience: str, now: float) -> Signed:
    """Return what the token says, at a moment by the clock that decides. Raises `BadToken`."""
    if len(token.encode(errors="surrogatepass")) > MOST_BYTES:
        raise BadToken(f"It is longer than {MOST_BYTES} bytes", field="token")
    key_id, payload = _verified(token, list(keys))
    members = _members(payload)
    claims = _claims(members)
    _check_times(claims, now)
    if claims.aud != audience:
        raise BadToken("`aud` is not this inbox", field="aud")
    if not claims.sub.strip():
        raise BadToken("`sub` is empty", field="sub")
    named = {"email", "phone"} | STANDARD
    traits = {name: value for name, value in members.items() if name not in named}
    if len(traits) > MOST_TRAITS:
        raise BadToken(f"At most {MOST_TRAITS} claims of your own", field="token")
    return Signed(key_id, claims.sub, _text(claims.email), _text(claims.phone), traits)


def _verified(token: str, keys: list[Key]) -> tuple[UUID, bytes]:
    """Return the key that signed it, and the payload's bytes."""
    for key in keys:
        try:
            jwt.decode(token, _loaded(key), algorithms=[key.algorithm])
        except (JoseError, ValueError, TypeError, RecursionError):
            continue
        return key.id, urlsafe_b64decode(token.split(".")[1].encode())
    raise BadToken("No live key of this inbox has signed it", field="token")


def _loaded(key: Key) -> OctKey | ECKey:
    if key.algorithm == "HS256":
        return OctKey.import_key(key.material)
    return ECKey.import_key(key.material)


def _members(payload: bytes) -> dict[str, Any]:
    """Return the claims; of one that is there twice, readers would see different ones."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise BadToken("A claim is there twice", field="token")
        return dict(pairs)

    def never(constant: str) -> Any:
        raise BadToken(f"{constant} is not JSON", field="token")

    try:
        members: dict[str, Any] = json.loads(payload, object_pairs_hook=once, parse_constant=never)
    except (ValueError, RecursionError) as error:
        raise BadToken("Its claims are not JSON", field="token") from error
    if is_deeper(members, MOST_LEVELS):
        raise BadToken(f"Its claims are more than {MOST_LEVELS} levels deep", field="token")
    return members


def _claims(members: dict[str, Any]) -> _Claims:
    try:
        return msgspec.convert(members, type=_Claims)
    except (msgspec.ValidationError, OverflowError) as error:
        raise BadToken(str(error), field="token") from error


def _text(value: Any) -> str:
    """Return an address as text, '' for none; whether it is one is found out later."""
    return "" if value is None else str(value)


def _check_times(claims: _Claims, now: float) -> None:
    if claims.exp < now - LEEWAY_SECONDS:
        raise BadToken("It has expired", field="exp")
    if claims.exp > now + LONGEST_LIFE_SECONDS + LEEWAY_SECONDS:
        raise BadToken("It lives for more than a day", field="exp")
    if max(claims.nbf, claims.iat) > now + LEEWAY_SECONDS:
        raise BadToken("It begins in the future", field="nbf" if claims.nbf > now else "iat")
