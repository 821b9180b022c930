"""What is stored under a key that is not in the database: secrets that have to be read again, as
ciphertext, and identifiers that must only be known again, as digests.
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes


class Unreadable(ValueError):
    """SECRET_KEY was changed and the old one is not among its fallbacks."""


def seal(text: str, purpose: str) -> str:
    """Return ciphertext. Each purpose has a key of its own (at most 16 ASCII characters)."""
    return _cipher(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """Raises `Unreadable`."""
    try:
        return _cipher(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("This was sealed with another SECRET_KEY") from error


def keyed_digests(text: str, purpose: str) -> list[bytes]:
    """Return what can be compared, never read: 32 bytes under each key, the present one first."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hmac.digest(_derive(key, purpose), text.encode(), "sha256") for key in keys]


def _cipher(purpose: str) -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derive(key, purpose)) for key in keys])


def _derive(key: str | bytes, purpose: str) -> bytes:
    digest = hashlib.blake2b(force_bytes(key), digest_size=32, person=purpose.encode())
    return base64.urlsafe_b64encode(digest.digest())
