"""How outgoing messages leave: one adapter for each kind of inbox, registered by its integration.

The web needs none: the visitor's socket and history read the same database, so such a message is
accepted when it is stored.
"""

from collections.abc import Callable
from uuid import UUID


class Transient(Exception):
    """The channel could not take the message now; it is tried again."""


class Permanent(Exception):
    """The channel will never take this message."""


class Unconfirmed(Exception):
    """Nobody knows whether the channel took it, and asking again could send it twice."""


# Sends the message with this id; returns when the channel has accepted it.
Adapter = Callable[[UUID], None]
_adapters: dict[str, Adapter] = {}


def register(kind: str, adapter: Adapter) -> None:
    _adapters[kind] = adapter


def adapter_of(kind: str) -> Adapter:
    """Raise `Permanent` for a kind that no integration serves."""
    try:
        return _adapters[kind]
    except KeyError:
        raise Permanent(f"No channel of the kind {kind!r} is installed") from None
