"""How the channel of a conversation and of an inbox stands: what composers show and keep to.

The web has none: there the columns stay empty.
"""

from typing import Literal

from msgspec import Struct

from talk.rows import Moment


class ConversationChannel(Struct, frozen=True):
    """What can be sent now, and at what cost.

    Until `free_until` an answer costs nothing; after `push_until` nothing can be sent at all (null:
    there is no such end). `members` is what one message to a group counts for.
    """

    can_send: bool = True
    why: Literal["", "blocked", "parted", "standby", "seven_days"] = ""
    free_until: Moment | None = None
    push_until: Moment | None = None
    is_friend: bool | None = None
    chat: Literal["user", "group", "room"] = "user"
    members: int | None = None


class Quota(Struct, frozen=True):
    """Messages of this month as the channel counts them at the time `at`; no `limit`: none."""

    used: int
    limit: int | None
    at: Moment


class InboxChannel(Struct, frozen=True):
    """`bubble` is the most that one bubble holds, `call` the most bubbles that leave together."""

    quota: Quota | None = None
    counts: Literal["utf16"] = "utf16"
    bubble: int = 5_000
    call: int = 5
    health: Literal["", "good", "bad"] = ""
