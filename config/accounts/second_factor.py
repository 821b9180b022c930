"""TOTP secrets and recovery codes are kept as ciphertext; the key is not in the database."""

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

PURPOSE = b"sobani.mfa.v1"  # another purpose gets another key


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises `InvalidToken` when SECRET_KEY was changed and is not among its fallbacks."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derive(key)) for key in keys])


def _derive(key: str | bytes) -> bytes:
    digest = hashlib.blake2b(force_bytes(key), digest_size=32, person=PURPOSE)
    return base64.urlsafe_b64encode(digest.digest())
