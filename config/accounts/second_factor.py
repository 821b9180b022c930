"""TOTP secrets (and recovery codes until they were shown) are kept as ciphertext."""

from allauth.mfa.adapter import DefaultMFAAdapter

from customers.sealing import seal, unseal

PURPOSE = "sobani.mfa.v1"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    def encrypt(self, text: str) -> str:
        return seal(text, PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises `customers.sealing.Unreadable` when SECRET_KEY was changed without a fallback."""
        return unseal(encrypted_text, PURPOSE)
