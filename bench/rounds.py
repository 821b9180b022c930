"""All rounds of all measurements. Sides take turns within a round, so that all meet the same
machine; ratios are made within a round and their median is reported."""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import msgspec

from bench import checks, phases
from bench.client import Figures
from bench.ground import ROOT, Ground
from bench.sides import Side, all_sides
from config.server.drain import RECONNECTS_PER_SECOND

TICKETS = 20_000
FLOOD_SECONDS = 10.0
VISITOR_FRAMES = "10"  # a second, as a server has it unless told otherwise


@dataclass(frozen=True)
class Plan:
    """How much is done. Rates are messages a second over all visitors."""

    rounds: int
    seconds: float
    visitors: int = 50
    idle_sockets: int = 1_000
    storm_visitors: int = 2_000
    rush_visitors: int = 5_000
    missed: int = 50
    sides: frozenset[str] = frozenset()
    operators: tuple[int, ...] = (1, 20, 100)

    def takes(self, side: Side) -> bool:
        return not self.sides or side.name in self.sides


RATE = 80.0
TEXTBOOK_RATE = 25.0  # more than it can do would only measure its queue
TEXTBOOK_MOST_OPERATORS = 20


@dataclass
class Results:
    """Figures by measurement, side and round."""

    figures: dict[str, dict[str, list[Figures]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def add(self, measurement: str, side: str, figures: Figures) -> None:
        self.figures[measurement][side].append(figures)

    def values(self, measurement: str, side: str, name: str) -> list[float]:
        found = self.figures.get(measurement, {}).get(side, [])
        return [float(figures[name]) for figures in found]

    def median(self, measurement: str, side: str, name: str) -> float | None:
        values = self.values(measurement, side, name)
        return median(values) if values else None

    def ratio(
        self, measurement: str, side: str, other: str, name: str, *, other_measurement: str = ""
    ) -> float | None:
        """Return the median over the rounds of one side's figure by the other's."""
        own = self.values(measurement, side, name)
        theirs = self.values(other_measurement or measurement, other, name)
        ratios = [a / b for a, b in zip(own, theirs, strict=False) if b]
        return median(ratios) if ratios else None


def measure_job(ground: Ground, plan: Plan, results: Results) -> None:
    """The measured job: every number of operators, at a fixed rate and at saturation."""
    cast = _make_cast(ground, "cast", 2_000)
    sides = [side for side in all_sides() if plan.takes(side)]
    try:
        for side in sides:
            side.start(ground, _database(ground, side))
        for number in range(plan.rounds):
            for name, side, spec in _job_runs(plan, sides):
                figures = phases.job(ground, side, cast, seconds=plan.seconds, **spec)
                results.add(name, side.name, figures)
                _tell(number, name, side, figures)
    finally:
        for side in sides:
            side.stop()
    for side in sides:
        checks.assert_dense(ground, _name(side), side.dialect)


def _job_runs(plan: Plan, sides: list[Side]) -> Iterator[tuple[str, Side, dict[str, Any]]]:
    for operators in plan.operators:
        for mode in ("rate", "full"):
            for side in sides:
                is_textbook = side.name == "textbook"
                if is_textbook and operators > TEXTBOOK_MOST_OPERATORS:
                    continue
                rate = TEXTBOOK_RATE if is_textbook else RATE
                spec = {
                    "operators": operators,
                    "visitors": plan.visitors,
                    "rate": rate if mode == "rate" else 0,
                }
                yield f"{mode} {operators}", side, spec


def measure_memory(ground: Ground, plan: Plan, results: Results) -> None:
    """Idle sockets; each time a fresh server, because freed memory is used again."""
    cast = _make_cast(ground, "cast", 2_000)
    sides = [side for side in all_sides() if plan.takes(side) and side.ring != "local"]
    for number in range(plan.rounds):
        for side in sides:
            with _running(ground, side):
                figures = phases.idle(ground, side, cast, plan.idle_sockets)
            results.add("idle", side.name, figures)
            _tell(number, "idle", side, figures)


def measure_storm(ground: Ground, plan: Plan, results: Results) -> None:
    """Everybody is cut, has missed messages, and comes back at once."""
    cast = _make_absentees(ground, "storm", plan.storm_visitors, plan.missed)
    with ground.connect(_plain(ground)) as connection:
        connection.execute((ROOT / "bench" / "plain_messages.sql").read_bytes())
        connection.execute("VACUUM ANALYZE")
    sides = [side for side in all_sides() if side.ring != "local" and side.name != "node"]
    for number in range(plan.rounds):
        for side in filter(plan.takes, sides):
            database = "storm" if side.dialect == "ours" else "plain"
            figures = _storm(
                ground, side, cast, database, visitors=plan.storm_visitors, missed=plan.missed
            )
            results.add("storm", side.name, figures)
            _tell(number, "storm", side, figures)


def measure_rush(ground: Ground, plan: Plan, results: Results) -> None:
    """Everybody is cut and comes back as our clients do, over a while, to two processes."""
    visitors, processes = plan.rush_visitors, 2
    cast = _make_absentees(ground, "rush", visitors, plan.missed)
    for number in range(plan.rounds):
        for side in filter(plan.takes, _notified()):
            # As clients are told when a server leaves.
            spread = math.ceil(visitors / RECONNECTS_PER_SECOND)
            spec = {"visitors": visitors, "spread_seconds": spread, "processes": processes}
            figures = _storm(ground, side, cast, "rush", missed=plan.missed, **spec)
            results.add("rush", side.name, figures)
            _tell(number, "rush", side, figures)


def _make_absentees(ground: Ground, database: str, visitors: int, missed: int) -> phases.Cast:
    """Return the cast of a database in which each visitor has missed so many messages."""
    is_new = database not in ground.casts
    cast = _make_cast(ground, database, visitors)
    if is_new:
        ground.run("bench.cast", "miss", str(visitors), str(missed), database=database)
        with ground.connect(database) as connection:
            connection.execute("VACUUM ANALYZE")
    return cast


def _storm(
    ground: Ground,
    side: Side,
    cast: phases.Cast,
    database: str,
    *,
    processes: int = 1,
    spread_seconds: int = 0,
    **spec: int,
) -> Figures:
    """Measure against fresh servers: those of the round before know who was there."""
    side.start(ground, database, processes)
    try:
        return phases.storm(ground, side, cast, spread_seconds=spread_seconds, **spec)
    finally:
        side.stop()


def _notified() -> list[Side]:
    return [side for side in all_sides() if side.dialect == "ours" and side.ring == "notify"]


def measure_burst(ground: Ground, plan: Plan, results: Results) -> None:
    """50 sockets with 40 messages in flight each, two processes, with stalled consoles or none."""
    cast = _make_cast(ground, "cast", 2_000)
    sides = _notified()
    for number in range(plan.rounds):
        for side in filter(plan.takes, sides):
            for stalled in (0, 3):
                with _running(ground, side, processes=2):
                    figures = phases.burst(
                        ground, side, cast, stalled, visitors=50, in_flight=40, waves=3
                    )
                name = f"burst, {stalled} stalled"
                results.add(name, side.name, figures)
                _tell(number, name, side, figures)
    for side in filter(plan.takes, sides):
        checks.assert_dense(ground, _name(side), side.dialect)


def measure_flood(ground: Ground, plan: Plan, results: Results) -> None:
    """The job at a fixed rate, with the visitors' own limit, beside flooding visitors or none."""
    cast = _make_cast(ground, "cast", 2_000)
    spec = {"operators": 20, "visitors": plan.visitors, "rate": RATE, "seconds": FLOOD_SECONDS}
    for number in range(plan.rounds):
        for side in filter(plan.takes, _notified()):
            side.visitor_frames = VISITOR_FRAMES
            for flooders in (0, 3):
                with _running(ground, side):
                    figures = phases.flood(ground, side, cast, flooders=flooders, **spec)
                name = f"flood, {flooders} flooders"
                results.add(name, side.name, figures)
                _tell(number, name, side, figures)


class _running:  # noqa: N801  # reads as what it is: `with _running(…)`
    def __init__(self, ground: Ground, side: Side, processes: int = 1) -> None:
        self._side = side
        self._arguments = (ground, _database(ground, side), processes)

    def __enter__(self) -> None:
        self._side.start(*self._arguments)

    def __exit__(self, *_: object) -> None:
        self._side.stop()


def _make_cast(ground: Ground, database: str, visitors: int) -> phases.Cast:
    """Return the cast of a database of ours, made at the first call; a ticket is used once."""
    if database not in ground.casts:
        ground.create(database)
        words = ("make", str(visitors), str(TICKETS))
        made = ground.run("bench.cast", *words, database=database)
        ground.casts[database] = msgspec.json.decode(made)
    return ground.casts[database]


def _database(ground: Ground, side: Side) -> str:
    """Return the side's own database, so that nobody hears another's rings."""
    name = _name(side)
    if side.dialect != "ours":
        return _plain(ground, name)
    if not ground.has(name):
        ground.create(name, "cast")
    return name


def _plain(ground: Ground, name: str = "plain") -> str:
    if not ground.has(name):
        ground.create(name)
        with ground.connect(name) as connection:
            connection.execute((ROOT / "bench" / "plain.sql").read_bytes())
    return name


def _name(side: Side) -> str:
    return side.name.replace("/", "_")


def _tell(number: int, name: str, side: Side, figures: Figures) -> None:
    shown = (
        "cpu_ms",
        "postgres_ms",
        "client_ms",
        "messages_per_second",
        "p50_ms",
        "p99_ms",
        "kib_per_socket",
    )
    parts = [f"{key} {figures[key]:.2f}" for key in shown if key in figures]
    bad = (
        "lost",
        "unacknowledged",
        "out_of_order",
        "errors",
        "closed",
        "failed_attempts",
        "grown_mib",
    )
    parts += [f"{key} {figures[key]}" for key in bad if figures.get(key)]
    trouble = str(figures.get("trouble") or "")
    print(f"{number + 1}  {name:16} {side.name:16} {', '.join(parts)} {trouble}", flush=True)
