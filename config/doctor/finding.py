"""What the doctor says about one part."""

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    GOOD = "good"
    WORTH_KNOWING = "worth knowing"
    BROKEN = "broken"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    part: str
    state: State
    text: str
    cure: str = ""


def good(part: str, text: str) -> Finding:
    return Finding(part, State.GOOD, text)


def broken(part: str, text: str, cure: str) -> Finding:
    return Finding(part, State.BROKEN, text, cure)


def worth_knowing(part: str, text: str, cure: str) -> Finding:
    return Finding(part, State.WORTH_KNOWING, text, cure)


def unknown(part: str, text: str) -> Finding:
    return Finding(part, State.UNKNOWN, text)
