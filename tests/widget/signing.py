"""A site that signs who its visitor is, and what an attacker makes of such a token."""

import base64
import hmac
import json
import time
from hashlib import sha256
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from talk.actions.identities import keep_public_key, make_secret
from talk.models import Inbox, SigningKey


class Site:
    """A shop with a live secret: `site.sign("user-42", email=…)`."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox
        self.key = SigningKey(inbox=inbox, name="shop")
        self.secret = make_secret(self.key)

    def claims(self, user_id: str, **more: Any) -> dict[str, Any]:
        now = int(time.time())
        return {"sub": user_id, "aud": self.inbox.public_id, "iat": now, "exp": now + 300, **more}

    def sign(self, user_id: str, **more: Any) -> str:
        return signed(self.claims(user_id, **more), self.secret)


def signed(claims: dict[str, Any], secret: str, **header: Any) -> str:
    return jwt.encode({"alg": "HS256", **header}, claims, OctKey.import_key(secret))


def signed_by_pair(claims: dict[str, Any], pair: ECKey) -> str:
    return jwt.encode({"alg": "ES256"}, claims, pair)


def pair_of(inbox: Inbox) -> ECKey:
    """Return a private key whose public half the inbox knows."""
    pair = ECKey.generate_key("P-256")
    keep_public_key(SigningKey(inbox=inbox, name="pair"), pair.as_pem(private=False).decode())
    return pair


def signed_raw(payload: str, secret: str) -> str:
    """Sign a text that no library would: not JSON, or a claim that is there twice."""
    text = f"{part({'alg': 'HS256'})}.{part(payload)}"
    mark = base64.urlsafe_b64encode(hmac.digest(secret.encode(), text.encode(), sha256))
    return f"{text}.{mark.rstrip(b'=').decode()}"


def unsigned(claims: dict[str, Any], alg: str = "none") -> str:
    return f"{part({'alg': alg, 'typ': 'JWT'})}.{part(claims)}."


def part(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
