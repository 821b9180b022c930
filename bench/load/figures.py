"""The figures of one run."""

from bench.load.sockets import Tally

Figures = dict[str, float | str]


def figures(tally: Tally, *, seconds: float, expected: int, acknowledged: int) -> Figures:
    """Return them; `acknowledged` counts the replies within the time, the rest came after."""
    return {
        "seconds": seconds,
        "sent": tally.sent,
        "acknowledged": tally.acknowledged,
        "received": tally.received,
        "lost": expected - tally.received,
        "unacknowledged": tally.sent - tally.acknowledged,
        "out_of_order": tally.out_of_order,
        "errors": tally.errors,
        "trouble": tally.trouble,
        "messages_per_second": acknowledged / seconds,
        "p50_ms": percentile(tally.delivery_seconds, 0.5),
        "p99_ms": percentile(tally.delivery_seconds, 0.99),
        "reply_p50_ms": percentile(tally.reply_seconds, 0.5),
        "reply_p99_ms": percentile(tally.reply_seconds, 0.99),
    }


def percentile(seconds: list[float], share: float) -> float:
    """Return milliseconds."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1e3 if ordered else 0.0
