"""What must be switched in LINE's own console, and how each switch stands. Pure.

Some are told by the API; of the others LINE tells nothing to anybody (Messaging API, "Build a
bot"), so an administrator says when they have looked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from msgspec import Struct


class Check(StrEnum):
    SECRET = "secret"  # noqa: S105  # the name of a check
    ADDRESS = "address"
    REACHED = "reached"
    WEBHOOK = "webhook"
    REDELIVERY = "redelivery"
    AUTO_REPLY = "auto_reply"
    GREETING = "greeting"
    CHAT = "chat"
    STATISTICS = "statistics"


class State(StrEnum):
    """`told` stands on an administrator's word, `open` has not been looked at."""

    GOOD = "good"
    BAD = "bad"
    TOLD = "told"
    OPEN = "open"
    UNKNOWN = "unknown"


BY_HAND: Final = frozenset({Check.REDELIVERY, Check.AUTO_REPLY, Check.GREETING, Check.STATISTICS})
Secret = Literal["good", "refused", "unreachable", ""]


class Seen(Struct, frozen=True, omit_defaults=True):
    """What LINE told when it was asked last. `address` is what LINE calls, "" for nothing.

    `test` is why our address could not be reached, in LINE's own code; "OK" when it could.
    """

    secret: Secret = ""
    address: str = ""
    is_on: bool | None = None
    test: str = ""
    test_status: int = 0
    chat_mode: str = ""
    read_mode: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """`at` is when it was seen or told; `detail` is a code for the sentence about it."""

    check: Check
    state: State
    detail: str = ""
    at: datetime | None = None


def items(
    seen: Seen,
    *,
    address: str,
    at: datetime | None,
    told: Mapping[str, datetime],
    redelivery_seen_at: datetime | None,
) -> list[Item]:
    """Return the checklist in the order of setting up. `address` is ours."""
    found = [
        Item(Check.SECRET, *_secret(seen), at),
        Item(Check.ADDRESS, *_address(seen, address), at),
        Item(Check.WEBHOOK, *_webhook(seen), at),
        Item(Check.REACHED, *_reached(seen), at),
        *(_by_hand(check, told) for check in Check if check in BY_HAND),
        Item(Check.CHAT, *_chat(seen), at),
    ]
    if redelivery_seen_at is not None:
        proof = Item(Check.REDELIVERY, State.GOOD, "seen", redelivery_seen_at)
        found = [proof if one.check is Check.REDELIVERY else one for one in found]
    return found


def is_complete(found: list[Item]) -> bool:
    return all(one.state in (State.GOOD, State.TOLD) for one in found)


def _secret(seen: Seen) -> tuple[State, str]:
    match seen.secret:
        case "good":
            return State.GOOD, ""
        case "refused":
            return State.BAD, "refused"
        case "unreachable":
            return State.UNKNOWN, "unreachable"
    return State.UNKNOWN, ""


def _address(seen: Seen, address: str) -> tuple[State, str]:
    if seen.secret != "good":  # noqa: S105  # a state
        return State.UNKNOWN, ""
    if not seen.address:
        return State.BAD, "none"
    return (State.GOOD, "") if seen.address == address else (State.BAD, "other")


def _webhook(seen: Seen) -> tuple[State, str]:
    if seen.is_on is None:
        return State.UNKNOWN, ""
    return (State.GOOD, "") if seen.is_on else (State.BAD, "off")


def _reached(seen: Seen) -> tuple[State, str]:
    if not seen.test:
        return State.UNKNOWN, ""
    return (State.GOOD, "") if seen.test == "OK" else (State.BAD, seen.test)


def _chat(seen: Seen) -> tuple[State, str]:
    """Read marks are only ours to give while chat is on; and there LINE answers nobody itself."""
    if not seen.chat_mode:
        return State.UNKNOWN, ""
    return (State.GOOD, "") if seen.chat_mode == "chat" else (State.BAD, "bot")


def _by_hand(check: Check, told: Mapping[str, datetime]) -> Item:
    at = told.get(check)
    return Item(check, State.TOLD if at else State.OPEN, "", at)
