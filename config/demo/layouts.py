"""Two layouts of the sidebar, and a secret: what an administrator of the demo shop would make."""

from talk.masking import Visibility
from talk.models import FieldRule, Inbox, SidebarLayout, SidebarLine
from talk.sidebar import Block, Format, Line

MEMBER = (
    Line(Block.SECTION, label="会員情報"),
    Line(Block.VALUE, "rank", "会員ランク", Format.BADGE),
    Line(Block.VALUE, "points", "ポイント", Format.NUMBER),
    Line(Block.VALUE, "since", "入会日", Format.DATE),
    Line(Block.VALUE, "kana", "お名前の読み", Format.TEXT),
    Line(Block.VALUE, "password_hint", "合言葉", Format.TEXT),
)
CONTRACTS = Line(
    Block.DATA,
    "subscriptions",
    "定期便",
    columns="plan=プラン, price=金額:money, next=次回:relative, state=状態:badge",
)
SHOP = (
    Line(Block.NOW),
    Line(Block.ERRORS),
    Line(Block.CART),
    Line(Block.NOTES),
    *MEMBER,
    CONTRACTS,
    Line(Block.LABELS),
    Line(Block.SEGMENTS),
    Line(Block.ITEMS),
    Line(Block.ORDER),
    Line(Block.PAGES),
    Line(Block.DID),
    Line(Block.IDENTIFIERS),
    Line(Block.LINKS),
    Line(Block.PAST),
    Line(Block.VISITS, is_open=False),
    Line(Block.DEVICE, is_open=False),
    Line(Block.CONVERSATION, is_open=False),
)
DESK = (
    *MEMBER,
    Line(Block.VALUE, "contract_end", "契約の更新", Format.RELATIVE),
    CONTRACTS,
    Line(Block.NOTES),
    Line(Block.LABELS),
    Line(Block.SEGMENTS),
    Line(Block.IDENTIFIERS),
    Line(Block.NOW),
    Line(Block.ERRORS),
    Line(Block.ORDER),
    Line(Block.CART),
    Line(Block.PAST),
    Line(Block.LINKS),
    Line(Block.ITEMS),
    Line(Block.PAGES),
    Line(Block.DID),
    Line(Block.VISITS, is_open=False),
    Line(Block.DEVICE, is_open=False),
    Line(Block.CONVERSATION, is_open=False),
)


def make_layouts(desk: Inbox) -> None:
    """Make one layout for all conversations and one for the members' desk, unless there are any."""
    if SidebarLayout.objects.exists():
        return
    _make("オンラインショップ", SHOP)
    _make("会員デスク", DESK).inboxes.add(desk)
    FieldRule.objects.get_or_create(key="password_hint", defaults={"visibility": Visibility.SECRET})


def _make(name: str, lines: tuple[Line, ...]) -> SidebarLayout:
    layout = SidebarLayout.objects.create(name=name)
    SidebarLine.objects.bulk_create(
        SidebarLine(
            layout=layout,
            position=position,
            kind=line.kind,
            key=line.key,
            label=line.label,
            format=line.format,
            is_open=line.is_open,
            columns=line.columns,
        )
        for position, line in enumerate(lines, start=1)
    )
    return layout
