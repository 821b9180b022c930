"""Whether a webhook comes from LINE: a keyed digest over the bytes of its body as they came."""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def sign(secret: str, body: bytes) -> str:
    """Return what LINE puts into the header `x-line-signature`."""
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def is_signed(body: bytes, signature: str, secrets: Iterable[str]) -> bool:
    """Whether one of the channel's live secrets made it. As bytes: the header may hold anything."""
    given = signature.encode(errors="surrogatepass")
    return any(hmac.compare_digest(sign(secret, body).encode(), given) for secret in secrets)
