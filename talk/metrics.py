"""Figures of the live core for `/metrics`."""

from prometheus_client import Counter, Histogram

commits = Histogram(
    "sobani_commit_seconds", "From sending a batch of messages to PostgreSQL to its commit"
)
batches = Histogram(
    "sobani_batch_messages", "Messages in one commit", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256)
)
unstored = Counter(
    "sobani_messages_unstored_total", "Messages that the database did not take, by cause", ["cause"]
)
healed_events = Counter(
    "sobani_healed_events_total",
    "Events that no ring brought and the log had to tell; growing means lost rings",
)
crowded = Counter(
    "sobani_sockets_crowded_total",
    "Sockets closed because their address or their visitor had too many open",
)
resyncs = Counter(
    "sobani_resyncs_total", "Sockets that had to fetch everything anew, by cause", ["cause"]
)
