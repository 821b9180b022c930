"""What stands beside a conversation: what the lines of a layout become.

An administrator lays out blocks in an order (`SidebarLayout`); without any layout the one below
holds. Nothing that is known gets lost: what no line names is shown last, under "other".
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

from customers.queries import CustomerRow
from customers.traits import CLAIMED
from talk.veils import NAME


class Block(StrEnum):
    """What a line of a layout shows.

    Values stand in the section above them, or in one of their own; `DATA` is a whole key, of
    whatever shape, as a block; `MEMBER` is all member data that no other line names.
    """

    NOW = "now"
    PAGES = "pages"
    CART = "cart"
    ITEMS = "items"
    ORDER = "order"
    ERRORS = "errors"
    PAST = "past"
    IDENTIFIERS = "identifiers"
    SECTION = "section"
    VALUE = "value"
    DATA = "data"
    MEMBER = "member"
    LINKS = "links"
    VISITS = "visits"
    DEVICE = "device"
    CONVERSATION = "conversation"
    LABELS = "labels"
    NOTES = "notes"
    SEGMENTS = "segments"
    DID = "did"


class Format(StrEnum):
    """How a value is written; `AUTO` goes by its shape."""

    AUTO = ""
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    RELATIVE = "relative"
    LINK = "link"
    BADGE = "badge"
    YES_NO = "yes_no"
    LIST = "list"


class Line(Struct, frozen=True):
    """One line of a layout, as the administrator made it; `columns` as `columns_of` reads them."""

    kind: Block
    key: str = ""
    label: str = ""
    format: Format = Format.AUTO
    is_open: bool = True
    columns: str = ""


class Layout(Struct, frozen=True):
    """A layout and when it is for: each condition that is given has to be met.

    `knows` are the kinds of blocks that there were when it was laid out.
    """

    name: str
    lines: tuple[Line, ...]
    id: UUID | None = None
    inbox_ids: frozenset[UUID] = frozenset()
    team_ids: frozenset[UUID] = frozenset()
    segment_ids: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    knows: frozenset[str] = frozenset(Block)


class Column(Struct, frozen=True):
    """What is shown of each object of a table: its name there, a label, a format."""

    key: str
    label: str
    format: Format


class FieldShown(Struct, frozen=True):
    """A value's key: of a trait, with `.` and names into what it holds.

    With `columns` only these are shown of an object, or of each in a list, in their order.
    """

    key: str
    label: str
    format: Format
    columns: tuple[Column, ...] = ()


class BlockShown(Struct, frozen=True):
    """A block of the sidebar. `place` is its line in the layout, 0 for what no line asks for.

    It is `NEW` for a kind that came after the layout was made: that stands where it does built in.
    """

    kind: Block
    label: str
    is_open: bool
    fields: tuple[FieldShown, ...]
    place: int


BUILT_IN: Final = Layout(
    "",
    tuple(
        map(
            Line,
            (
                Block.NOW,
                Block.NOTES,
                Block.LABELS,
                Block.SEGMENTS,
                Block.IDENTIFIERS,
                Block.MEMBER,
                Block.LINKS,
                Block.ERRORS,
                Block.CART,
                Block.ITEMS,
                Block.ORDER,
                Block.PAGES,
                Block.DID,
                Block.VISITS,
                Block.DEVICE,
                Block.PAST,
                Block.CONVERSATION,
            ),
        )
    ),
)
_BUILT_IN_KINDS: Final = tuple(line.kind for line in BUILT_IN.lines)
NEW: Final = -1
OF_KEYS: Final = frozenset({Block.VALUE, Block.DATA})
OF_VALUES: Final = frozenset({Block.SECTION, Block.VALUE, Block.DATA})


def arrange(layout: Layout, customer: CustomerRow) -> list[BlockShown]:
    """Return the blocks in their order; what no line asks for comes last, folded."""
    rest = _unnamed(layout, customer)
    blocks = [_shown(lines, customer, rest) for lines in _together(_placed(layout))]
    asked = {block.kind for block in blocks}
    missing = [kind for kind in _BUILT_IN_KINDS if kind not in asked]
    others = [
        BlockShown(kind, "", False, rest if kind is Block.MEMBER else (), 0) for kind in missing
    ]
    return [*blocks, *others]


def _placed(layout: Layout) -> list[tuple[int, Line]]:
    """Return the lines with their places, and among them what the layout could not know of."""
    lines = [*enumerate(layout.lines, start=1)]
    for kind in _BUILT_IN_KINDS:
        if kind not in layout.knows and all(line.kind is not kind for _, line in lines):
            lines.insert(_after_those_before(kind, lines), (NEW, Line(kind)))
    return lines


def _after_those_before(kind: Block, lines: list[tuple[int, Line]]) -> int:
    """Return where a block belongs: behind the nearest that stands before it built in."""
    before = _BUILT_IN_KINDS[: _BUILT_IN_KINDS.index(kind)]
    there = [line.kind for _, line in lines]
    nearest = next((one for one in reversed(before) if one in there), None)
    return there.index(nearest) + 1 if nearest else 0


def _names_used(layout: Layout) -> frozenset[str]:
    """Return the keys that lines of the layout show whole."""
    return frozenset(line.key for line in layout.lines if line.kind in OF_KEYS)


def _together(lines: Iterable[tuple[int, Line]]) -> Iterator[list[tuple[int, Line]]]:
    """Yield each block's lines: values go with the section, or the value, above them."""
    block: list[tuple[int, Line]] = []
    for place, line in lines:
        continues = line.kind is Block.VALUE and block
        if continues and block[-1][1].kind in {Block.SECTION, Block.VALUE}:
            block.append((place, line))
            continue
        if block:
            yield block
        block = [(place, line)]
    if block:
        yield block


def _shown(
    lines: list[tuple[int, Line]], customer: CustomerRow, rest: tuple[FieldShown, ...]
) -> BlockShown:
    place, first = lines[0]
    if first.kind is Block.MEMBER:
        return BlockShown(first.kind, first.label, first.is_open, rest, place)
    if first.kind not in OF_VALUES:
        return BlockShown(first.kind, first.label, first.is_open, (), place)
    fields = tuple(field for _, line in lines if line.key for field in _fields_of(line, customer))
    kind = Block.SECTION if first.kind is Block.VALUE else first.kind
    label = "" if first.kind is Block.VALUE else first.label
    return BlockShown(kind, label, first.is_open, fields, place)


def _fields_of(line: Line, customer: CustomerRow) -> Iterator[FieldShown]:
    """Yield the line's value, and the one that nobody vouches for, if there are such."""
    for key in (line.key, f"{CLAIMED}{line.key}"):
        if trait_of(key, customer) is not None:
            yield FieldShown(key, line.label, line.format, columns_of(line.columns))


def columns_of(text: str) -> tuple[Column, ...]:
    """Read `plan, price=Price:money, until:date`: a key, then a label, then a format.

    Raises `ValueError` for an unknown format.
    """
    return tuple(_column(part.strip()) for part in text.split(",") if part.strip())


def _column(text: str) -> Column:
    named, _, format = text.partition(":")
    key, _, label = named.partition("=")
    return Column(key.strip(), label.strip(), Format(format.strip()))


def trait_of(key: str, customer: CustomerRow) -> str | None:
    """Return the trait that a key lies in: itself, or the longest that it goes on from."""
    parts = key.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in customer.traits:
            return name
    return None


def _unnamed(layout: Layout, customer: CustomerRow) -> tuple[FieldShown, ...]:
    """Return the traits that no line shows whole, and that are not identifiers shown as such."""
    identified = {one.kind for one in customer.identities} | {one.kind for one in customer.claims}
    used = _names_used(layout) | identified | {NAME}
    return tuple(
        FieldShown(key, "", Format.AUTO)
        for key in sorted(customer.traits)
        if key.removeprefix(CLAIMED) not in used
    )
