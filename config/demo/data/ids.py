"""Ids of things that happened in the past, in the order in which they happened."""

import os
import uuid
from datetime import datetime


def uuid7_at(moment: datetime) -> uuid.UUID:
    """Return an id as `customers.ids.uuid7` would have made it then."""
    milliseconds = int(moment.timestamp() * 1000)
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76 | (random >> 68 & 0xFFF) << 64
    value |= 0b10 << 62 | random & 0x3FFF_FFFF_FFFF_FFFF
    return uuid.UUID(int=value)
