"""The figures as tables: medians by side, then targets with what was reached."""

from collections.abc import Iterable

from bench.rounds import Results
from bench.targets import Verdict, delivery_ms, verdicts

COLUMNS = {
    "cpu_ms": "CPU ms",
    "postgres_ms": "PostgreSQL ms",
    "valkey_ms": "Valkey ms",
    "client_ms": "client's ms",
    "messages_per_second": "messages/s",
    "reconnects_per_second": "reconnects/s",
    "sync_seconds": "seconds to sync",
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "reply_p50_ms": "reply p50 ms",
    "kib_per_socket": "KiB a socket",
    "grown_mib": "grown MiB",
    "lost": "lost",
    "out_of_order": "out of order",
    "failed_attempts": "failed",
    "flooders_closed": "flooders closed",
}


def tables(results: Results) -> str:
    parts = [_of_measurement(results, name) for name in results.figures]
    return "\n\n".join([*parts, _of_deliveries(results), _of_targets(verdicts(results))])


def _of_measurement(results: Results, name: str) -> str:
    sides = results.figures[name]
    known = [key for key in COLUMNS if any(key in runs[0] for runs in sides.values())]
    rows = [[side, *(_shown(results.median(name, side, key)) for key in known)] for side in sides]
    return _table(name, [COLUMNS[key] for key in known], rows)


def _of_deliveries(results: Results) -> str:
    sides = results.figures.get("rate 100", {})
    rows = [[side, _shown(delivery_ms(results, side))] for side in sides]
    return _table("each further operator", ["CPU ms"], rows)


def _of_targets(found: Iterable[Verdict]) -> str:
    rows = [
        [
            verdict.target,
            verdict.side,
            f"{'>=' if verdict.is_least else '<='} {verdict.limit:g}",
            _shown(verdict.reached),
            "met" if verdict.is_met else "MISSED",
        ]
        for verdict in found
    ]
    return _table("targets", ["side", "target", "reached", ""], rows)


def _table(title: str, heads: list[str], rows: list[list[str]]) -> str:
    lines = [[title, *heads], ["---"] * (len(heads) + 1), *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(heads) + 1)]
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"
        for line in lines
    )


def _shown(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
