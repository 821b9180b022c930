"""One-time proofs that a person in LINE and a customer of the web are the same."""

from django.db import models
from django.db.models.functions import Now

from customers.models import Profile
from integrations.line.models.channels import LineChannel
from integrations.line.models.chats import LineChat


class LinkNonce(models.Model):
    """Given to a customer who is known on the web; LINE brings it back with who they are there.

    Only its SHA-256 is stored. Good once, until `expires_at`, for the person in LINE who asked.
    """

    nonce_hash = models.BinaryField(primary_key=True, max_length=32)
    chat = models.ForeignKey(LineChat, on_delete=models.CASCADE, related_name="nonces", null=True)
    channel = models.ForeignKey(LineChannel, on_delete=models.CASCADE, related_name="nonces")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"nonce of {self.profile_id}"
