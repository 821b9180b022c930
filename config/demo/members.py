"""Who may log in to the demo shop. Their passwords stand on its own log-in page."""

from dataclasses import dataclass
from secrets import compare_digest


@dataclass(frozen=True, slots=True)
class Member:
    number: str
    name: str
    email: str
    password: str
    rank: str
    points: int
    since: str
    hint: str
    subscriptions: tuple[dict[str, object], ...] = ()


TEA: dict[str, object] = {
    "plan": "煎茶 定期便",
    "price": 2980,
    "next": "2026-12-06",
    "state": "継続中",
}
POT: dict[str, object] = {
    "plan": "急須のお手入れ",
    "price": 1200,
    "next": "2027-03-01",
    "state": "継続中",
}
MEMBERS = (
    Member(
        "Y-1001",
        "高橋 みどり",
        "midori@shop.example",
        "asatsuyu",
        "ゴールド会員",
        1840,
        "2021-04-12",
        "祖母の庭",
        (TEA, POT),
    ),
    Member(
        "Y-1002",
        "小林 わたる",
        "wataru@shop.example",
        "hojicha",
        "一般会員",
        320,
        "2024-09-30",
        "青い自転車",
        (TEA,),
    ),
    Member(
        "Y-1003",
        "佐藤 ひかり",
        "hikari@shop.example",
        "matcha",
        "一般会員",
        95,
        "2026-02-03",
        "三毛猫",
    ),
)


def member_of(email: str) -> Member | None:
    return next((member for member in MEMBERS if member.email == email), None)


def log_in(email: str, password: str) -> Member | None:
    """Return who it is, or None for a wrong address or password."""
    member = member_of(email.strip().lower())
    right = member is not None and compare_digest(member.password.encode(), password.encode())
    return member if right else None
