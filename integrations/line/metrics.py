"""Figures of LINE for `/metrics`."""

from prometheus_client import Counter

webhooks = Counter(
    "sobani_line_webhooks_total",
    "Webhooks by what they were answered: stored, or why not",
    ["outcome"],
)
events = Counter(
    "sobani_line_events_total", "Events by what became of them: done, ignored, failed", ["outcome"]
)
contents = Counter(
    "sobani_line_contents_total",
    "Pictures, videos, sounds and files by what became of their fetching",
    ["outcome"],
)
calls = Counter(
    "sobani_line_calls_total",
    "Calls of the Messaging API by endpoint and status",
    ["call", "status"],
)
sent = Counter(
    "sobani_line_sent_total",
    "Calls that carried messages, by way (reply is free, push is counted) and what came of them",
    ["way", "outcome"],
)
