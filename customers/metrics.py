"""Prometheus counters of the ingest."""

from prometheus_client import Counter

ACTIVITIES = Counter(
    "sobani_activities",
    "Activities by what became of them: recorded, or the reason for dropping.",
    ["outcome"],
)
