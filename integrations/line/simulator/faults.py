"""Faults on demand: what the next calls of one kind meet, before or after they are carried out."""

import asyncio
from collections.abc import Awaitable, Callable

from integrations.line.simulator.things import Account, Fault
from integrations.line.simulator.web import Answer, Refused, answer_json

RATE = "The API rate limit has been exceeded. Try again later."
MONTHLY = "You have reached your monthly limit."
SAME_USER = "You have sent too many messages to the same user. Try again later."
REFUSALS = {
    "rate": (429, RATE),
    "monthly": (429, MONTHLY),
    "same_user": (429, SAME_USER),
    "unauthorized": (401, "Authentication failed due to the following reason: invalid token."),
}
KINDS = (
    "delay", "error", "error_after_accept", "hang", "hang_after_accept", "drop",
    "drop_after_accept", "garbage", "garbage_after_accept", *REFUSALS,
)  # fmt: skip
LONGEST_HANG_SECONDS = 120


async def meet(account: Account, call: str, work: Callable[[], Awaitable[Answer]]) -> Answer:
    """Carry out a call (`METHOD /path`) with whatever fault stands in its way."""
    fault = _take(account, call)
    if fault is None:
        return await work()
    if fault.kind in REFUSALS:
        raise Refused(*REFUSALS[fault.kind])
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
        return await work()
    if fault.kind.endswith("_after_accept"):
        await work()
    return await _lose(fault)


async def _lose(fault: Fault) -> Answer:
    """Let the caller not learn what became of the call."""
    if fault.kind.startswith("hang"):
        await asyncio.sleep(fault.seconds or LONGEST_HANG_SECONDS)
    if fault.kind.startswith("drop"):
        return Answer(is_cut=True)
    if fault.kind.startswith("garbage"):
        return Answer(200, b"<html>Service is busy", {"content-type": "text/html"})
    return answer_json({"message": fault.message or "Internal Server Error"}, fault.status)


def _take(account: Account, call: str) -> Fault | None:
    for fault in account.faults:
        if fault.path == "*" or call.startswith(fault.path):
            fault.times -= 1
            if fault.times <= 0:
                account.faults.remove(fault)
            return fault
    return None
