"""One customer's export as a file: JSON for programs, CSV for people. Shapes: docs/privacy.md."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Literal
from uuid import UUID

import msgspec

from customers import spreadsheet
from customers.export import Record

Format = Literal["json", "csv"]
NAME = "sobani.customer.1"
MOST_IN_MEMORY = 1024 * 1024
HEADS = ("section", "time", "item", "value", "from", "place")
MEDIA_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}
# Which fields of a section's records become the CSV's item, value, from and place.
COLUMNS: dict[str, tuple[str, str, str, str]] = {
    "customer": ("id", "name", "locale", ""),
    "profiles": ("kind", "id", "", ""),
    "identities": ("kind", "value", "verified_by", "profile_id"),
    "claims": ("kind", "value", "", "profile_id"),
    "traits": ("key", "value", "source", "profile_id"),
    "conflicts": ("kind", "value", "reason", "told_of"),
    "merges": ("id", "reason", "by", "role"),
    "activities": ("kind", "props", "told_by", "id"),
    "customer_labels": ("label", "", "", "profile_id"),
    "customer_notes": ("author", "body", "", "profile_id"),
    "conversations": ("status", "inbox", "", "id"),
    "messages": ("sender", "body", "author", "conversation_id"),
    "notes": ("kind", "body", "author", "conversation_id"),
    "attachments": ("download", "name", "sender", "conversation_id"),
}


def write_file(
    customer_id: UUID, sections: Mapping[str, Iterable[Record]], form: Format, made_at: datetime
) -> tuple[IO[bytes], dict[str, int]]:
    """Return the file, to be read from its beginning, and how many records each section has.

    A record is written as it is read: whoever has done much needs disk for it and no memory. The
    file is gone when it is closed.
    """
    file = SpooledTemporaryFile(MOST_IN_MEMORY)  # noqa: SIM115  # the caller closes it
    counts = dict.fromkeys(sections, 0)
    counted = {name: _counted(name, records, counts) for name, records in sections.items()}
    if form == "csv":
        spreadsheet.write(file, HEADS, _rows(counted))
    else:
        head = {"format": NAME, "customer_id": customer_id, "made_at": made_at}
        file.writelines(_json(head, counted))
    file.seek(0)
    return file, counts


def _counted(name: str, records: Iterable[Record], counts: dict[str, int]) -> Iterator[Record]:
    for record in records:
        counts[name] += 1
        yield record


def _json(head: Mapping[str, Any], sections: Mapping[str, Iterable[Record]]) -> Iterator[bytes]:
    """A line for each record."""
    yield b"{"
    for name, value in head.items():
        yield b'\n  "%b": %b,' % (name.encode(), msgspec.json.encode(value))
    for place, (name, records) in enumerate(sections.items()):
        yield b'%b\n  "%b": [' % (b"," if place else b"", name.encode())
        for index, record in enumerate(records):
            yield b"%b\n    %b" % (b"," if index else b"", msgspec.json.encode(record))
        yield b"]"
    yield b"\n}\n"


def _rows(sections: Mapping[str, Iterable[Record]]) -> Iterator[tuple[Any, ...]]:
    for section, records in sections.items():
        for record in records:
            if section not in COLUMNS:
                yield from (
                    (section, "", key, _cell(value), "", "") for key, value in record.items()
                )
                continue
            cells = [_cell(_value(record, name)) for name in COLUMNS[section]]
            yield (section, _cell(record.get("at")), *cells)


def _value(record: Record, name: str) -> Any:
    """A sticker or a place has no words: there stands what was said instead."""
    return record.get(name) or (record.get("said") if name == "body" else None)


def _cell(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return msgspec.json.encode(value).decode()
