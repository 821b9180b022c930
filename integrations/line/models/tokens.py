"""The access token of each channel, for all processes."""

from django.db import models

from integrations.line.models.channels import LineChannel


class LineToken(models.Model):
    """The stateless token that was minted last (sealed), and who is minting the next one."""

    channel = models.OneToOneField(
        LineChannel, on_delete=models.CASCADE, primary_key=True, related_name="token"
    )
    sealed = models.TextField(blank=True)
    good_until = models.DateTimeField(null=True)
    # Who holds this mints; the others wait for what comes of it.
    turn = models.UUIDField(null=True)
    turn_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"token of {self.channel_id}"
