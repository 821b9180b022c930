"""Prometheus counters of what comes in about customers."""

from prometheus_client import Counter

ACTIVITIES = Counter(
    "sobani_activities",
    "Activities by what became of them: recorded, or the reason for dropping.",
    ["outcome"],
)
IDENTIFIERS_REFUSED = Counter(
    "sobani_identifiers_refused",
    "Identifiers that identify nobody: placeholders, malformed or blocked ones.",
    ["kind"],
)
