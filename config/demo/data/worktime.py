"""When things happen: customers mostly by day and in the evening, operators only at work."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")
OPENS, CLOSES = 9, 20
# How likely a customer writes in each hour of the day.
HOURS = (2, 1, 1, 1, 1, 1, 2, 4, 6, 9, 10, 10, 12, 9, 8, 8, 9, 9, 10, 12, 13, 12, 8, 4)


def likely_moment(rng: random.Random, earliest: datetime, latest: datetime) -> datetime:
    """Return a moment between the two, by the hour's likelihood where there is a choice."""
    moment = latest
    for _ in range(20):
        moment = earliest + (latest - earliest) * rng.random()
        if rng.random() * max(HOURS) < HOURS[moment.astimezone(JAPAN).hour]:
            break
    return moment


def at_work(rng: random.Random, moment: datetime) -> datetime:
    """Return the moment, or the next morning's first quarter of an hour when nobody is there."""
    local = moment.astimezone(JAPAN)
    if OPENS <= local.hour < CLOSES:
        return moment
    morning = local.replace(hour=OPENS, minute=0, second=0, microsecond=0)
    if local.hour >= CLOSES:
        morning += timedelta(days=1)
    return morning.astimezone(UTC) + timedelta(seconds=rng.uniform(60, 900))
