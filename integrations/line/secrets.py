"""Secrets of a channel at rest: ciphertext that is good in one field of one row only."""

from uuid import UUID

from customers.sealing import Unreadable, seal, unseal
from integrations.line.models import LineChannel

PURPOSE = "line-secret"


def seal_secret(inbox_id: UUID, field: str, text: str) -> str:
    """Return what `LineChannel.<field>` of that inbox may hold."""
    return seal(_place(inbox_id, field) + text, PURPOSE)


def unseal_secret(inbox_id: UUID, field: str, sealed: str) -> str:
    """Return the secret; "" for none. Raises `Unreadable`, for one of another row or field too."""
    if not sealed:
        return ""
    text, place = unseal(sealed, PURPOSE), _place(inbox_id, field)
    if not text.startswith(place):
        raise Unreadable("This was sealed for another place")
    return text.removeprefix(place)


def _place(inbox_id: UUID, field: str) -> str:
    return f"{inbox_id.hex}:{field}:"


def live_secrets(channel: LineChannel) -> list[str]:
    """Return the secrets that LINE may sign with now: two while the channel's is changed."""
    sealed = {"secret": channel.secret, "next_secret": channel.next_secret}
    return [unseal_secret(channel.pk, field, text) for field, text in sealed.items() if text]
