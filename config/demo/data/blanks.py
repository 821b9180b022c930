"""The values of one conversation's blanks: the same goods, dates and numbers throughout."""

import random
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.demo.data.blocks import blocks
from config.demo.data.people import Person
from config.demo.data.words import COUPONS, GOODS, SLOTS_JA, Good, Kind, Language

SENTENCE_START = re.compile(r"(^|[.!?] )([a-z])")
JAPAN = ZoneInfo("Asia/Tokyo")


def make_blanks(rng: random.Random, person: Person, start: datetime, goods: Kind) -> dict[str, str]:
    good, other = rng.sample([good for good in GOODS if good.kind == goods], 2)
    language = person.language
    return {
        **_goods(good, other, language),
        **_person(person),
        "order": f"SB-{rng.randrange(200_000, 999_999)}",
        "day": _day(start - timedelta(days=rng.randint(2, 9)), language),
        "day2": _day(start + timedelta(days=rng.randint(1, 6)), language),
        "month": _month(start + timedelta(days=rng.choice((0, 20))), language),
        "slot": rng.choice(SLOTS_JA),
        "amount": f"{rng.randrange(1280, 19800, 10):,}",
        "points": f"{rng.randrange(120, 4800, 10):,}",
        "qty": str(rng.randint(2, 8)),
        "coupon": rng.choice(COUPONS),
        "mail": "".join(rng.choices("abcdefghikmnorstuy", k=3)),
        "num": str(rng.randint(1000, 9999)),
        "num2": str(rng.randint(1000, 9999)),
    }


def fill(text: str, blanks: dict[str, str], language: Language) -> str:
    filled = text.format_map(blanks)
    if language == "ja":
        return filled
    # The blocks begin small, because they may follow "Hi," as well as a full stop.
    return SENTENCE_START.sub(lambda found: found[1] + found[2].upper(), filled)


def _goods(good: Good, other: Good, language: Language) -> dict[str, str]:
    names = (good.ja, other.ja) if language == "ja" else (good.en, other.en)
    return {"item": names[0], "item2": names[1], "slug": good.slug}


def _person(person: Person) -> dict[str, str]:
    if person.language == "ja":
        you = f"{person.surname}様" if person.surname else "お客様"
    else:
        you = person.surname or "there"
    return {"you": you, "pref": person.place.name, "place": person.place.name}


def _day(moment: datetime, language: Language) -> str:
    day = moment.astimezone(JAPAN)
    return f"{day.month}月{day.day}日" if language == "ja" else f"{day.day} {_month(moment, 'en')}"


def _month(moment: datetime, language: Language) -> str:
    return blocks(language).month[moment.astimezone(JAPAN).month - 1]
