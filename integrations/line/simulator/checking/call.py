"""One call that sends: its list of messages and what surrounds it."""

import re
from typing import Any

from integrations.line.simulator.checking.findings import Findings, Part
from integrations.line.simulator.checking.messages import check_message

MOST_MESSAGES = 5
UNIT = re.compile(r"[A-Za-z0-9_]{1,30}")


def check_messages(body: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return the messages of a call; raises `Refused` with all that is wrong with them."""
    findings = Findings()
    whole = Part(body, "", findings)
    for message in whole.parts("messages", 1, MOST_MESSAGES):
        check_message(message)
    if whole.has("notificationDisabled") and type(body["notificationDisabled"]) is not bool:
        whole.refuse("notificationDisabled", "Must be a boolean")
    _check_units(whole, kind)
    findings.raise_if_any()
    return list(body["messages"])


def _check_units(whole: Part, kind: str) -> None:
    units = whole.given.get("customAggregationUnits")
    if units is None:
        return
    if kind not in {"push", "multicast"}:
        whole.refuse("customAggregationUnits", "Not allowed")
    elif not isinstance(units, list) or len(units) > 1:
        whole.refuse("customAggregationUnits", "Size must be between 0 and 1")
    elif not all(isinstance(unit, str) and UNIT.fullmatch(unit) for unit in units):
        whole.refuse("customAggregationUnits[0]", "Invalid unit name")
