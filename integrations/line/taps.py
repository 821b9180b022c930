"""What a tap's data says: ids of ours that stand for a question and its answer. Pure.

Whoever taps could send anything; so it names a row, and what was asked and answered is read there.
"""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

LINK: Final = "sobani:link"
UNLINK: Final = "sobani:unlink"
_AREA = re.compile(r"sobani:area:([0-9a-f]{32})")
_REPLY = re.compile(r"sobani:reply:([0-9a-f]{32}):(\d{1,2})")


@dataclass(frozen=True, slots=True)
class OfArea:
    """A place of a rich menu was tapped."""

    tap: UUID


@dataclass(frozen=True, slots=True)
class OfReply:
    """A quick reply, or a button, of a message of ours was tapped: which, counted from 0."""

    message_id: UUID
    place: int


def of_area(tap: UUID) -> str:
    return f"sobani:area:{tap.hex}"


def of_reply(message_id: UUID, place: int) -> str:
    return f"sobani:reply:{message_id.hex}:{place}"


def read(data: str) -> OfArea | OfReply | None:
    """Return what was tapped, None for what another system has given out."""
    if found := _AREA.fullmatch(data):
        return OfArea(UUID(found[1]))
    if found := _REPLY.fullmatch(data):
        return OfReply(UUID(found[1]), int(found[2]))
    return None
