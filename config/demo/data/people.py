"""Customers: a name or none, a language, a place, a device."""

import random
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from config.demo.data.blocks import blocks
from config.demo.data.ids import uuid7_at
from config.demo.data.words import PLACES, Language, Place
from customers.context import Device, Facts

JAPAN = Place("", "Asia/Tokyo", "ja")
NAMED = 0.62
"""Part of the customers whose name is known; the others are guests."""

# Device, screen, and how often it is met.
DEVICES: tuple[tuple[Device, str, int], ...] = (
    (Device("mobile", "Safari", "18.6", "iOS", "18.6"), "390x844", 26),
    (Device("mobile", "LINE", "15.14", "iOS", "18.5"), "393x852", 12),
    (Device("mobile", "Chrome", "142", "Android", ""), "412x915", 16),
    (Device("mobile", "LINE", "15.12", "Android", "15"), "360x800", 6),
    (Device("desktop", "Chrome", "142", "Windows", "11"), "1920x1080", 16),
    (Device("desktop", "Edge", "142", "Windows", "11"), "1536x864", 8),
    (Device("desktop", "Safari", "18.6", "macOS", ""), "1512x982", 8),
    (Device("desktop", "Firefox", "145", "Linux", ""), "1920x1200", 2),
    (Device("tablet", "Safari", "18.6", "iOS", "18.6"), "820x1180", 6),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A customer with their one browser; `surname` is empty for a guest."""

    customer_id: UUID
    profile_id: UUID
    name: str
    surname: str
    language: Language
    place: Place
    facts: Facts
    created_at: datetime


def make_person(rng: random.Random, language: Language, created_at: datetime) -> Person:
    surname, name = _name(rng, language) if rng.random() < NAMED else ("", "")
    place = _place(rng, language)
    device, screen, _ = rng.choices(DEVICES, weights=[weight for *_, weight in DEVICES])[0]
    return Person(
        customer_id=uuid7_at(created_at),
        profile_id=uuid7_at(created_at),
        name=name,
        surname=surname,
        language=language,
        place=place,
        facts=Facts(device, place.language, place.time_zone, screen),
        created_at=created_at,
    )


def _name(rng: random.Random, language: Language) -> tuple[str, str]:
    known = blocks(language)
    surname, given = rng.choice(known.surname), rng.choice(known.given)
    # In English they are called by the first name.
    return (surname, f"{surname} {given}") if language == "ja" else (given, f"{given} {surname}")


def _place(rng: random.Random, language: Language) -> Place:
    if language == "en":
        return rng.choice(PLACES)
    return Place(rng.choice(blocks("ja").prefecture), JAPAN.time_zone, JAPAN.language)
