"""Inboxes, teams and operators of the demonstration. Repeating changes nothing that is there."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile

from config.demo.address import own_origin
from config.demo.data.pictures import draw_face
from config.demo.data.words import Language
from config.demo.identity import give_key
from config.demo.labels import make_labels
from config.demo.layouts import make_layouts
from talk.models import Inbox, Operator, Team

DEVELOPMENT_PASSWORD = "sobani-demo"  # noqa: S105  # only where PROFILE is development


@dataclass(frozen=True, slots=True)
class Colleague:
    """An operator as conversations name them; `surname` is how they introduce themselves."""

    id: UUID
    name: str
    surname: str


@dataclass(frozen=True, slots=True)
class Place:
    """An inbox with the team that answers it."""

    id: UUID
    name: str
    language: Language
    team_id: UUID
    team_name: str
    colleagues: tuple[Colleague, ...]
    topics: tuple[str, ...] = ()
    """What is asked here; everything when empty."""
    labels: Mapping[str, tuple[UUID, str]] = field(default_factory=dict)
    """Id and name of the label of each topic."""


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    surname: str
    mail: str
    role: Operator.Role
    locale: Language
    teams: tuple[str, ...]
    can_log_in: bool = False


@dataclass(frozen=True, slots=True)
class _InboxPlan:
    name: str
    language: Language
    team: str
    color: str
    greeting: str
    topics: tuple[str, ...] = ()


SUPPORT, MEMBERS, ENGLISH = "カスタマーサポート", "会員デスク", "English support"

INBOXES = (
    _InboxPlan(
        "オンラインショップ",
        "ja",
        SUPPORT,
        "#1f5eff",
        "いらっしゃいませ。商品やお届けのこと、お気軽にお尋ねください。",
    ),
    _InboxPlan(
        "Online shop (English)",
        "en",
        ENGLISH,
        "#0f8a5f",
        "Hello! Ask us anything about our tea, pottery or your order.",
    ),
    _InboxPlan(
        "会員さま専用窓口",
        "ja",
        MEMBERS,
        "#8a4fd3",
        "いつもありがとうございます。定期便やポイントのご相談はこちらへどうぞ。",
        ("login", "subscription", "points", "address", "receipt", "payment", "delivery_date"),
    ),
)
ADMINISTRATOR, SUPERVISOR, OPERATOR = Operator.Role
PEOPLE = (
    _Person("浜田 はるか", "浜田", "admin", ADMINISTRATOR, "ja", (SUPPORT,), can_log_in=True),
    _Person(
        "水野 さつき", "水野", "supervisor", SUPERVISOR, "ja", (SUPPORT, MEMBERS), can_log_in=True
    ),
    _Person("森下 つばさ", "森下", "operator", OPERATOR, "ja", (SUPPORT, MEMBERS), can_log_in=True),
    _Person("片岡 あおい", "片岡", "kataoka", OPERATOR, "ja", (SUPPORT,)),
    _Person("野口 たくみ", "野口", "noguchi", OPERATOR, "ja", (SUPPORT,)),
    _Person("大西 みのり", "大西", "onishi", OPERATOR, "ja", (MEMBERS,)),
    _Person("江川 ひなた", "江川", "egawa", OPERATOR, "ja", (MEMBERS, SUPPORT)),
    _Person("Alex Rowan", "Alex", "alex", OPERATOR, "en", (ENGLISH,)),
    _Person("Robin Hale", "Robin", "robin", SUPERVISOR, "en", (ENGLISH,)),
)


def make_staff() -> list[Place]:
    """Return the inboxes with their colleagues; make what is missing, and the file of log-ins."""
    teams = {name: Team.objects.get_or_create(name=name)[0] for name in (SUPPORT, MEMBERS, ENGLISH)}
    inboxes = [_inbox(plan, teams[plan.team]) for plan in INBOXES]
    make_layouts(inboxes[-1])
    logins = []
    for person in PEOPLE:
        operator, password = _operator(person)
        operator.teams.add(*(teams[team] for team in person.teams))
        if password:
            logins.append({"role": person.role, "email": operator.email, "password": password})
    if logins:
        write_logins(logins)
    return [
        _place(plan, inbox, teams[plan.team]) for plan, inbox in zip(INBOXES, inboxes, strict=True)
    ]


def logins_file() -> Path:
    return settings.STATE_DIR / "demo-logins.json"


def write_logins(logins: Sequence[dict[str, str]]) -> None:
    """Keep the passwords where only this account reads them; `manage.py up` shows them."""
    file = logins_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(json.dumps(logins, indent=1) + "\n", encoding="utf-8")


def _inbox(plan: _InboxPlan, team: Team) -> Inbox:
    inbox, _ = Inbox.objects.get_or_create(
        name=plan.name,
        defaults={
            "color": plan.color,
            "greeting": plan.greeting,
            "allowed_origins": [own_origin()],
            # The log-in tells of its errors by itself, the payment does not.
            "captures_errors": True,
            "error_selectors": ["#payment-failed"],
            "kept_parameters": ["utm_*", "category", "q"],
        },
    )
    team.inboxes.add(inbox)
    give_key(inbox)
    return inbox


def _operator(person: _Person) -> tuple[Operator, str | None]:
    """Return the operator, with the password if they are new and meant to log in."""
    email = f"{person.mail}@demo.example"
    known = Operator.objects.filter(email=email).first()
    if known is not None:
        return known, None
    password = _new_password() if person.can_log_in else None
    operator = Operator.objects.create_user(
        email, password, name=person.name, role=person.role, locale=person.locale
    )
    operator.avatar.save("face.png", ContentFile(draw_face(person.mail)))
    return operator, password


def _new_password() -> str:
    return secrets.token_urlsafe(15) if settings.PRODUCTION else DEVELOPMENT_PASSWORD


def _place(plan: _InboxPlan, inbox: Inbox, team: Team) -> Place:
    surnames = {person.name: person.surname for person in PEOPLE}
    found = team.operators.filter(name__in=surnames).order_by("created_at", "id")
    return Place(
        id=inbox.id,
        name=inbox.name,
        language=plan.language,
        team_id=team.id,
        team_name=team.name,
        colleagues=tuple(Colleague(one.id, one.name, surnames[one.name]) for one in found),
        topics=plan.topics,
        labels={topic: (label.id, label.name) for topic, label in make_labels().items()},
    )
