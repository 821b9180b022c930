"""What is to be made before anything is written: how many messages, when, and how each ends."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from config.demo.data.dialogue import Wish
from config.demo.data.staff import Place
from config.demo.data.worktime import likely_moment

Ending = Literal["resolved", "waiting", "answered", "pending", "snoozed"]
ENDINGS: tuple[tuple[Ending, int], ...] = (
    ("resolved", 68),
    ("waiting", 12),
    ("answered", 8),
    ("pending", 6),
    ("snoozed", 6),
)
DAYS = 30
# How long ago each kind began, at least and at most.
AGES: dict[Ending, tuple[timedelta, timedelta]] = {
    "resolved": (timedelta(hours=5), timedelta(days=DAYS)),
    "waiting": (timedelta(minutes=4), timedelta(hours=20)),
    "answered": (timedelta(minutes=30), timedelta(days=2)),
    "pending": (timedelta(days=1), timedelta(days=6)),
    "snoozed": (timedelta(days=1), timedelta(days=9)),
}
INBOX_WEIGHTS = (58, 22, 20)
LEAST_LENGTH: dict[Ending, int] = {
    "resolved": 2,
    "waiting": 1,
    "answered": 2,
    "pending": 2,
    "snoozed": 2,
}


@dataclass(frozen=True, slots=True)
class Plan:
    inbox: Place
    ending: Ending
    start: datetime
    wish: Wish
    is_reopened: bool


def make_plans(
    rng: random.Random, inboxes: list[Place], *, conversations: int, messages: int, now: datetime
) -> list[Plan]:
    """Return as many plans as conversations, of exactly so many messages, the newest first.

    Raises ValueError when there are too few messages: most kinds need two.
    """
    endings = [_ending(rng) for _ in range(conversations)]
    lengths = _lengths(rng, endings, messages)
    plans = [
        _plan(rng, rng.choices(inboxes, INBOX_WEIGHTS)[0], ending, length, now)
        for ending, length in zip(endings, lengths, strict=True)
    ]
    return sorted(plans, key=lambda plan: plan.start, reverse=True)


def _ending(rng: random.Random) -> Ending:
    names = [name for name, _ in ENDINGS]
    return rng.choices(names, [weight for _, weight in ENDINGS])[0]


def _lengths(rng: random.Random, endings: list[Ending], messages: int) -> list[int]:
    """Return a length for each that together make `messages`: many short ones, few long."""
    least = [LEAST_LENGTH[ending] for ending in endings]
    if sum(least) > messages:
        raise ValueError(f"{len(endings)} conversations need {sum(least)} messages or more")
    spread = messages / len(endings)
    lengths = [max(low, round(rng.gammavariate(2.2, spread / 2.2))) for low in least]
    rest = messages - sum(lengths)
    while rest:
        place = rng.randrange(len(lengths))
        step = 1 if rest > 0 else -1
        if lengths[place] + step >= least[place]:
            lengths[place] += step
            rest -= step
    return lengths


def _plan(rng: random.Random, inbox: Place, ending: Ending, length: int, now: datetime) -> Plan:
    youngest, oldest = AGES[ending]
    start = likely_moment(rng, now - oldest, now - youngest)
    last = _last_speaker(rng, ending)
    is_old = now - start > timedelta(days=8)
    return Plan(
        inbox=inbox,
        ending=ending,
        start=start,
        wish=Wish(length, last, ends_well=ending == "resolved"),
        is_reopened=ending == "resolved" and is_old and length >= 6 and rng.random() < 0.09,
    )


def _last_speaker(rng: random.Random, ending: Ending) -> str:
    if ending == "waiting":
        return "customer"
    return "customer" if ending == "resolved" and rng.random() < 0.35 else "operator"
