"""What we want to reach: each target is a figure of one side, mostly as a ratio to another's."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.rounds import Results

# A minimal Rails ActionCable application (ActiveRecord, Redis, Puma) on a machine of this kind,
# measured once, elsewhere: it is not in this run.
ACTIONCABLE_PER_SECOND = {1: 172.0, 20: 77.0}
LIMITS = {"daphne": 0, "uvicorn": 1}  # place in the pairs below


@dataclass(frozen=True)
class Verdict:
    target: str
    side: str
    reached: float
    limit: float
    is_least: bool = False

    @property
    def is_met(self) -> bool:
        return self.reached >= self.limit if self.is_least else self.reached <= self.limit


def verdicts(results: Results) -> Iterator[Verdict]:
    for server, place in LIMITS.items():
        for ring in ("notify", "local"):
            side = f"{server}/{ring}"
            yield from _cpu(results, side, place)
            yield from _latency(results, side, place)
            yield from _saturation(results, side, ring, place)
        yield from _sockets(results, f"{server}/notify", place)
        yield from _rush(results, f"{server}/notify")
        yield from _burst(results, f"{server}/notify")
        yield from _flood(results, f"{server}/notify")


def _cpu(results: Results, side: str, place: int) -> Iterator[Verdict]:
    for operators, limits in ((1, (2.7, 1.6)), (20, (3.8, 2.0))):
        ratio = results.ratio(f"rate {operators}", side, "floor", "cpu_ms")
        if ratio is not None:
            text = f"CPU a message, {operators} operators, by the floor's"
            yield Verdict(text, side, ratio, limits[place])
    own, node = delivery_ms(results, side), delivery_ms(results, "node")
    if own is not None and node:
        text = "extra CPU a delivery, by Node's"
        yield Verdict(text, side, own / node, (4.5, 1.1)[place])


def delivery_ms(results: Results, side: str) -> float | None:
    """Return what each further operator costs a message."""
    few, many = (results.median(f"rate {n}", side, "cpu_ms") for n in (1, 100))
    return (many - few) / 99 if few is not None and many is not None else None


def _latency(results: Results, side: str, place: int) -> Iterator[Verdict]:
    for operators in (1, 20):
        for name, limits in (("p50_ms", (2.0, 1.6)), ("p99_ms", (3.0, 3.0))):
            ratio = results.ratio(f"rate {operators}", side, "floor", name)
            if ratio is not None:
                text = f"{name[:3]} at low load, {operators} operators, by the floor's"
                yield Verdict(text, side, ratio, limits[place])


def _saturation(results: Results, side: str, ring: str, place: int) -> Iterator[Verdict]:
    limits = {"local": (1.2, 2.0), "notify": (0.8, 1.3)}[ring]
    for operators in (1, 20, 100):
        ratio = results.ratio(f"full {operators}", side, "node", "messages_per_second")
        if ratio is not None:
            text = f"messages a second, {operators} operators, by Node's"
            yield Verdict(text, side, ratio, limits[place], is_least=True)
    for operators, least in ((1, 20.0), (20, 12.0)):
        own = results.median(f"full {operators}", side, "messages_per_second")
        if own is not None:
            text = f"messages a second, {operators} operators, by ActionCable's (kept figure)"
            reached = own / ACTIONCABLE_PER_SECOND[operators]
            yield Verdict(text, side, reached, least, is_least=True)


def _sockets(results: Results, side: str, place: int) -> Iterator[Verdict]:
    idle = results.median("idle", side, "kib_per_socket")
    if idle is not None:
        yield Verdict("KiB an idle socket", side, idle, 30.0)
    ratio = results.ratio("storm", side, "floor", "cpu_ms")
    if ratio is not None:
        text = "CPU a reconnect with 50 missed messages, by the floor's"
        yield Verdict(text, side, ratio, (4.0, 2.3)[place])
        failed = sum(results.values("storm", side, "failed_attempts"))
        yield Verdict("failed attempts to reconnect", side, failed, 0)
        wrong = sum(results.values("storm", side, "out_of_order"))
        yield Verdict("reconnected with a gap", side, wrong, 0)


def _rush(results: Results, side: str) -> Iterator[Verdict]:
    """I-19: all are in sync in a minute, and at most one attempt in a hundred fails."""
    seconds = results.values("rush", side, "sync_seconds")
    if not seconds:
        return
    yield Verdict("rush: seconds until all are in sync", side, max(seconds), 60.0)
    failed = sum(results.values("rush", side, "failed_attempts"))
    tries = failed + sum(results.values("rush", side, "reconnects"))
    yield Verdict("rush: share of failed attempts", side, failed / tries, 0.01)
    wrong = sum(results.values("rush", side, "out_of_order"))
    yield Verdict("rush: reconnected with a gap", side, wrong, 0)


def _burst(results: Results, side: str) -> Iterator[Verdict]:
    calm, stalled = "burst, 0 stalled", "burst, 3 stalled"
    if not results.values(stalled, side, "lost"):
        return
    for name in ("lost", "unacknowledged", "out_of_order", "closed"):
        yield Verdict(f"burst: {name}", side, max(results.values(stalled, side, name)), 0)
    before, after = (results.median(each, side, "grown_mib") for each in (calm, stalled))
    if before is not None and after is not None:
        yield Verdict("burst: MiB a stalled reader", side, max(0.0, after - before) / 3, 5.0)
    ratio = results.ratio(stalled, side, side, "p99_ms", other_measurement=calm)
    if ratio is not None:
        yield Verdict("burst: p99 of the others, by p99 without", side, ratio, 2.0)


def _flood(results: Results, side: str) -> Iterator[Verdict]:
    """I-17."""
    calm, flooded = "flood, 0 flooders", "flood, 3 flooders"
    ratio = results.ratio(flooded, side, side, "p99_ms", other_measurement=calm)
    if ratio is not None:
        yield Verdict("flood: p99 of the others, by p99 without", side, ratio, 2.0)
        closed = min(results.values(flooded, side, "flooders_closed"))
        yield Verdict("flood: flooders closed", side, closed, 3, is_least=True)
        lost = max(results.values(flooded, side, "lost"))
        yield Verdict("flood: messages of the others lost", side, lost, 0)
