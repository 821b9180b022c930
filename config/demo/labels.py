"""Labels of the demo shop: by what conversations are about, and for customers."""

from typing import Final

from talk.models import Label

OF_TOPICS: Final[tuple[tuple[str, str, str, tuple[str, ...]], ...]] = (
    ("配送", "teal", "お届けの日時・追跡・住所", ("delivery", "delivery_date", "address")),
    ("返品・交換", "orange", "お客様のご都合を含む", ("returns", "cancel")),
    ("不良品", "red", "破損・傷み。写真を添えて倉庫へ", ("broken", "spoiled")),
    ("お支払い", "blue", "決済・領収書", ("payment", "receipt")),
    ("会員・ポイント", "purple", "ログイン・ポイント", ("login", "points")),
    ("定期便", "green", "", ("subscription",)),
    ("ギフト", "pink", "包装・のし・メッセージ", ("gift", "noshi")),
)
REGULAR, CAREFUL, DEALER = "常連のお客様", "配慮が必要", "法人のお客様"
OF_CUSTOMERS: Final = (
    (REGULAR, "yellow", "年6回以上のご注文"),
    (CAREFUL, "red", "対応の前にお客様メモを読む"),
    (DEALER, "gray", "請求書払い"),
)
ARCHIVED: Final = (("春の催し", "gray", "2026年3月まで"),)


def make_labels() -> dict[str, Label]:
    """Return the label of each topic; make what is missing."""
    made: dict[str, Label] = {}
    others = [*OF_CUSTOMERS, *ARCHIVED]
    for place, (name, color, about, topics) in enumerate(OF_TOPICS):
        label = _label(name, color, about, place)
        made |= dict.fromkeys(topics, label)
    for place, (name, color, about) in enumerate(others, start=len(OF_TOPICS)):
        _label(name, color, about, place, is_archived=(name, color, about) in ARCHIVED)
    return made


def _label(name: str, color: str, about: str, place: int, *, is_archived: bool = False) -> Label:
    defaults = {"color": color, "description": about, "position": place, "is_archived": is_archived}
    return Label.objects.get_or_create(name=name, defaults=defaults)[0]
