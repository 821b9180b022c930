"""What is read of LINE's tables by more than one part."""

from integrations.line.models import LineChannel


def channel_by_public_id(public_id: str) -> LineChannel | None:
    """Return the channel that the address of an active inbox belongs to."""
    active = LineChannel.objects.filter(inbox__is_active=True, inbox__kind="line")
    return active.filter(inbox__public_id=public_id).first()
