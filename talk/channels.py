"""How outgoing messages leave: one channel for each kind of inbox, registered by its integration.

The web needs none: the visitor's socket and history read the same database, so such a message is
accepted when it is stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from talk.errors import Invalid
from talk.rows import TemplateRow
from talk.said import Said

LEASE_SECONDS = 60
REASONS = frozenset(
    {
        "blocked",
        "busy",
        "expired",
        "file_gone",
        "left",
        "lost_workers",
        "no_channel",
        "quota",
        "rejected",
        "seven_days",
        "standby",
        "too_large",
        "unauthorised",
        "unknown_outcome",
        "unreachable",
        "unsupported",
    }
)
"""What a reason begins with; `: ` and a detail may follow. Consoles say the codes in words."""


class Transient(Exception):
    """The channel could not take the message now; it is tried again.

    With `after_seconds` the channel keeps the count: it is tried again that much later, however
    often it was, unless it `is_last`.
    """

    def __init__(
        self, reason: str = "", *, after_seconds: float | None = None, is_last: bool = False
    ) -> None:
        super().__init__(reason)
        self.after_seconds = after_seconds
        self.is_last = is_last


class Permanent(Exception):
    """The channel will never take this message."""


class Unconfirmed(Exception):
    """Nobody knows whether the channel took it, and asking again could send it twice."""


# Sends the message with this id; returns when the channel has accepted it.
Adapter = Callable[[UUID], None]
# Returns what operators of this inbox may send ready made.
Templates = Callable[[UUID], list[TemplateRow]]
# Takes (inbox id, body, what is said); raises `Invalid` for what the channel cannot carry.
Check = Callable[[UUID, str, Said], None]


def only_text(inbox_id: UUID, body: str, said: Said) -> None:
    raise Invalid("data", "This channel carries text and files alone")


@dataclass(frozen=True)
class Channel:
    """`is_ordered`: of one conversation's messages none leaves before those said earlier.

    `on_typing(conversation_id)` and `on_read(conversation_id, seq)` are called by a worker, outside
    transactions, while an operator types and when operators have read up to a message. Both may
    come twice, late or never.
    """

    send: Adapter
    check: Check = only_text
    is_ordered: bool = False
    lease_seconds: int = LEASE_SECONDS
    on_typing: Callable[[UUID], None] | None = None
    on_read: Callable[[UUID, int], None] | None = None
    templates: Templates | None = None
    is_playing: bool = False
    """Whether operators may send sounds and films."""


_channels: dict[str, Channel] = {}


def register(
    kind: str,
    send: Adapter,
    *,
    check: Check = only_text,
    ordered: bool = False,
    lease_seconds: int = LEASE_SECONDS,
    on_typing: Callable[[UUID], None] | None = None,
    on_read: Callable[[UUID, int], None] | None = None,
    templates: Templates | None = None,
    playing: bool = False,
) -> None:
    """Serve inboxes of a kind; `lease_seconds` is more than one `send` ever takes."""
    _channels[kind] = Channel(
        send, check, ordered, lease_seconds, on_typing, on_read, templates, playing
    )


def channel_of(kind: str) -> Channel | None:
    return _channels.get(kind)


def adapter_of(kind: str) -> Adapter:
    """Raise `Permanent` for a kind that no integration serves."""
    channel = channel_of(kind)
    if channel is None:
        raise Permanent(f"no_channel: {kind}")
    return channel.send


def check(kind: str, inbox_id: UUID, body: str, said: Said) -> None:
    """Raise `Invalid` for what the inbox's channel cannot carry; the web carries no `data`."""
    channel = channel_of(kind)
    (channel.check if channel else only_text)(inbox_id, body, said)


def templates_of(kind: str, inbox_id: UUID) -> list[TemplateRow]:
    channel = channel_of(kind)
    return channel.templates(inbox_id) if channel and channel.templates else []


def ordered_kinds() -> list[str]:
    return [kind for kind, channel in _channels.items() if channel.is_ordered]
