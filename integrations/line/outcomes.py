"""What an answer of LINE's means for a call that carries messages. Pure; only the status counts.

`is_unsure` says that an earlier attempt's answer was lost: LINE may have taken the call already.
"""

from enum import Enum, auto

from integrations.line.client import Answer, NoAnswer, NotSent

Result = Answer | NotSent | NoAnswer


class Outcome(Enum):
    ACCEPTED = auto()
    LATER = auto()
    """It was not taken; the same again, later."""
    LOST = auto()
    """The answer is missing: it may have been taken."""
    LIMITED = auto()
    """429: for a moment or for this month, which the quota tells."""
    REJECTED = auto()
    """It was not taken and never will be."""
    TOO_LARGE = auto()
    UNAUTHORISED = auto()
    OTHER_WAY = auto()
    """This reply token answers nothing any more, and nothing was sent with it: push."""
    UNKNOWN = auto()
    """Nobody can find out whether it was taken."""


def of_push(result: Result) -> Outcome:
    """LINE takes a retry key once: 409 says that it has."""
    if isinstance(result, NotSent):
        return Outcome.LATER
    if isinstance(result, NoAnswer) or result.says_nothing:
        return Outcome.LOST
    if result.is_ok or result.status == 409:
        return Outcome.ACCEPTED
    return _refusal(result.status)


def of_reply(result: Result, *, is_unsure: bool) -> Outcome:
    """A reply token is good once. So a refusal after a lost answer says nothing: it may have been
    used up by what was lost.
    """
    if isinstance(result, Answer) and result.is_ok and not result.is_strange:
        return Outcome.ACCEPTED
    if is_unsure:
        return Outcome.UNKNOWN
    if isinstance(result, NotSent):
        return Outcome.LATER
    if isinstance(result, NoAnswer) or result.says_nothing:
        return Outcome.LOST
    if result.status == 429:
        return Outcome.LATER
    return Outcome.UNAUTHORISED if result.status == 401 else Outcome.OTHER_WAY


def _refusal(status: int) -> Outcome:
    named = {401: Outcome.UNAUTHORISED, 413: Outcome.TOO_LARGE, 429: Outcome.LIMITED}
    return named.get(status, Outcome.REJECTED)
