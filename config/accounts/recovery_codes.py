"""Recovery codes as a thief of the database and the key finds them: hashed.

allauth keeps the seed that the codes are made of, sealed. Here that lasts only until the codes have
been shown, which happens once; from then on there are hashes, and nobody can tell the codes.
"""

import hashlib
import hmac
import secrets
import time

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import auth, flows
from django.db import transaction

SALT_BYTES = 16
# Codes have eight digits: each guess must cost memory and time (RFC 7914; 16 MiB, some 50 ms).
COST = {"n": 2**14, "r": 8, "p": 1}
UNKNOWN = "********"  # what is left of a code that was shown


class RecoveryCodes(auth.RecoveryCodes):  # type: ignore[misc]  # allauth has no types
    """Stands instead of allauth's own class. `data` is {salt, hashes, viewed_at} once shown."""

    instance: Authenticator
    _shown: list[str] | None = None

    def get_unused_codes(self) -> list[str]:
        """Return the codes until they have been shown, then one mask for each that is left."""
        if self._shown is not None:
            return self._shown
        if self._is_hashed:
            return [UNKNOWN] * len(self.instance.data["hashes"])
        return list(super().get_unused_codes())

    @transaction.atomic
    def mark_as_viewed(self) -> None:
        """Keep nothing but hashes. Who asks this very object still gets the codes, to show them."""
        self._lock()
        if not self.did_view:
            self._shown = self.get_unused_codes()
            self._keep_hashes(self._shown)

    @transaction.atomic
    def validate_code(self, code: str) -> bool:
        """Return whether it is one of the codes; it is none from then on."""
        self.hash_shown()
        if not self._is_hashed:
            return bool(super().validate_code(code))
        told = _hash(code, self.instance.data["salt"])
        kept = self.instance.data["hashes"]
        left = [known for known in kept if not hmac.compare_digest(known, told)]
        self.instance.data["hashes"] = left
        self.instance.save(update_fields=["data"])
        return len(left) < len(kept)

    @transaction.atomic
    def hash_shown(self) -> None:
        """Keep nothing but hashes if the codes were shown by a version that kept the seed."""
        self._lock()
        if self.did_view and not self._is_hashed:
            self._keep_hashes(self.get_unused_codes())

    @property
    def _is_hashed(self) -> bool:
        return "hashes" in self.instance.data

    def _lock(self) -> None:
        self.instance = Authenticator.objects.select_for_update().get(pk=self.instance.pk)

    def _keep_hashes(self, codes: list[str]) -> None:
        salt = secrets.token_hex(SALT_BYTES)
        hashes = [_hash(code, salt) for code in codes]
        viewed_at = self.instance.data.get("viewed_at") or time.time()
        self.instance.data = {"salt": salt, "hashes": hashes, "viewed_at": viewed_at}
        self.instance.save(update_fields=["data"])


def _hash(code: str, salt: str) -> str:
    told = normalize_user_code(code).encode(errors="replace")
    return hashlib.scrypt(told, salt=bytes.fromhex(salt), dklen=32, **COST).hex()


def use_hashes() -> None:
    """Put our class in the two places that allauth takes its own from: it has no setting for it."""
    auth.RecoveryCodes = RecoveryCodes
    flows.RecoveryCodes = RecoveryCodes
