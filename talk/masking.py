"""What of a customer an operator sees, and what stands in place of the rest.

One mask is asked by everything that shows customers: lists, search, sockets, REST, the admin,
exports and logs. Each key of member data and each kind of identifier has a class; who sees a class,
or may reveal its values one by one, follows from role and teams (`talk.clearance`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, TypeVar

import msgspec

from customers.identifiers import Kind
from customers.queries import ClaimRow, CustomerRow, IdentityRow
from customers.traits import CLAIMED, Known
from talk.rows import ContextRow, ConversationRow, MarksRow, MessageRow, NoteRow
from talk.veils import (
    ACTIVITIES,
    DID,
    MARKS_KEYS,
    NAME,
    NOTES,
    OF_CONTEXT,
    ON_THE_WIRE,
    PAGES,
    Veil,
    nameless,
    veiled,
    without_pages,
)

Identifiers = TypeVar("Identifiers", IdentityRow, ClaimRow)
Line = TypeVar("Line", MessageRow, NoteRow)


class Visibility(StrEnum):
    """Secret values are never simply seen: they are revealed, with a reason."""

    PUBLIC = "public"
    PERSONAL = "personal"
    SECRET = "secret"  # noqa: S105  # the name of a class


STRICTNESS: Final = tuple(Visibility)
ALL_OTHERS: Final = "*"
"""Names, as a key, whatever no other key does."""
DEFAULT_CLASSES: Final = {
    NOTES: Visibility.PERSONAL,
    Kind.EMAIL.value: Visibility.PERSONAL,
    Kind.PHONE.value: Visibility.PERSONAL,
    Kind.LINE.value: Visibility.PERSONAL,
    Kind.SALESFORCE_CONTACT.value: Visibility.PERSONAL,
}
DOTS: Final = "••••"
ENOUGH_DIGITS: Final = 9
"""So many leave something hidden when the last four are shown; a birthday has eight."""
_NUMBER = re.compile(r"[\d\s()+-]+")


@dataclass(frozen=True)
class FieldMask:
    """The mask of one operator. Of what is neither seen nor public only dots are shown."""

    classes: Mapping[str, Visibility] = field(default_factory=dict)
    sees: frozenset[Visibility] = frozenset({Visibility.PERSONAL})
    reveals: frozenset[Visibility] = frozenset()

    def class_of(self, key: str) -> Visibility:
        """Return the class of a key of member data, claimed or not, or of an identifier's kind.

        Whole keys are hidden: what lies in one (`contract.fee`) gives it the stricter class.
        """
        bare = key.removeprefix(CLAIMED)
        if bare in ON_THE_WIRE:
            # These would leave nothing to work with: only by a key of their own.
            return self.classes.get(bare) or DEFAULT_CLASSES.get(bare, Visibility.PUBLIC)
        own = next(
            (self._strictest[each] for each in outward(bare) if each in self._strictest), None
        )
        rest = DEFAULT_CLASSES.get(bare) or self.classes.get(ALL_OTHERS, Visibility.PUBLIC)
        return own or rest

    @cached_property
    def _strictest(self) -> dict[str, Visibility]:
        """By key, the strictest class given to it or to anything in it."""
        found: dict[str, Visibility] = {}
        for key, visibility in self.classes.items():
            bare = key.removeprefix(CLAIMED)
            for name in () if bare in ON_THE_WIRE else outward(bare):
                found[name] = max(found.get(name, visibility), visibility, key=STRICTNESS.index)
        return found

    def shows(self, key: str) -> bool:
        visibility = self.class_of(key)
        if visibility is Visibility.SECRET:
            return False
        return visibility is Visibility.PUBLIC or visibility in self.sees

    def may_reveal(self, key: str) -> bool:
        return self.class_of(key) in self.reveals

    def narrowed(self, other: "FieldMask") -> "FieldMask":
        """Return the mask of who sees only what both see; what may be revealed stays."""
        return FieldMask(self.classes, self.sees & other.sees, self.reveals)

    @cached_property
    def veil(self) -> Veil:
        """What is hidden of events: operators with equal veils are told equal text."""
        return frozenset(key for key in ON_THE_WIRE if not self.shows(key))

    def text(self, key: str, value: str) -> str:
        return value if self.shows(key) else dots(value)

    def value(self, key: str, value: Any) -> Any:
        return value if self.shows(key) else dots(value)

    def customer(self, row: CustomerRow) -> CustomerRow:
        """Return the row as this operator may see it; `masked` says what may be revealed."""
        known = {NAME} if row.name else set()
        known |= {key.removeprefix(CLAIMED) for key in row.traits}
        known |= {one.kind for one in row.identities} | {one.kind for one in row.claims}
        hidden = sorted(key for key in known if not self.shows(key))
        if not hidden:
            return row
        return msgspec.structs.replace(
            row,
            name=self.text(NAME, row.name),
            traits={key: self.trait(key, known) for key, known in row.traits.items()},
            identities=self._identifiers(row.identities),
            claims=self._identifiers(row.claims),
            masked={key: self.may_reveal(key) for key in hidden},
        )

    def conversation(self, row: ConversationRow) -> ConversationRow:
        if NAME not in self.veil:
            return row
        return msgspec.structs.replace(row, name=dots(row.name))

    def lines(self, rows: list[Line]) -> list[Line]:
        """Return messages or notes; the names of those of a group are customers' names too."""
        if NAME not in self.veil:
            return rows
        return [msgspec.structs.replace(row, data=nameless(row.data, dots)) for row in rows]

    def context(self, row: ContextRow) -> ContextRow:
        hidden = self.veil & OF_CONTEXT
        return msgspec.structs.replace(row, data=veiled(row.data, hidden)) if hidden else row

    def marks(self, row: MarksRow) -> MarksRow:
        hidden: dict[str, list[Any]] = {
            name: [] for key, name in MARKS_KEYS.items() if key in self.veil
        }
        return msgspec.structs.replace(row, **hidden) if hidden else row

    def context_data(self, data: Mapping[str, Any]) -> dict[str, Any]:
        return veiled(data, self.veil)

    def props(self, kind: str, props: Mapping[str, Any]) -> dict[str, Any]:
        """Return what an activity tells; nothing of one whose part of the context is hidden."""
        if ACTIVITIES.get(kind, DID) in self.veil:
            return {}
        return without_pages(props) if PAGES in self.veil else dict(props)

    def trait(self, key: str, known: Known) -> Known:
        """Other sources' values are not told either, nor that there are some."""
        if self.shows(key):
            return known
        return msgspec.structs.replace(known, value=dots(known.value), others=())

    def _identifiers(self, rows: Iterable[Identifiers]) -> tuple[Identifiers, ...]:
        return tuple(
            msgspec.structs.replace(one, value=self.text(one.kind, one.value)) for one in rows
        )


def only(row: CustomerRow, key: str) -> CustomerRow:
    """Return the row with nothing but what a key names: the values that are being revealed."""
    return msgspec.structs.replace(
        row,
        name=row.name if key == NAME else "",
        traits={name: known for name, known in row.traits.items() if _is_of(name, key)},
        identities=tuple(one for one in row.identities if one.kind == key),
        claims=tuple(one for one in row.claims if one.kind == key),
        masked={},
    )


def dots(value: Any) -> str:
    """Return what stands in place of a value: the end of a long number, nothing of others."""
    if value in ("", None):
        return ""
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        return DOTS
    digits = [char for char in value if char.isdigit()]
    return DOTS + "".join(digits[-4:]) if len(digits) >= ENOUGH_DIGITS else DOTS


def outward(key: str) -> Iterator[str]:
    """Yield the key and, of one that goes into an object, what it lies in: `a.b.c`, `a.b`, `a`."""
    yield key
    while "." in key:
        key = key.rpartition(".")[0]
        yield key


def _is_of(name: str, key: str) -> bool:
    return name.removeprefix(CLAIMED) == key
