"""One customer's export as a file: JSON for programs, CSV for people. Shapes: docs/privacy.md."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from customers import spreadsheet
from customers.export import Record

Format = Literal["json", "csv"]
NAME = "sobani.customer.1"
HEADS = ("section", "time", "item", "value", "from", "place")
MEDIA_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}
# Which fields of a section's records become the CSV's item, value, from and place.
COLUMNS: dict[str, tuple[str, str, str, str]] = {
    "customer": ("id", "name", "locale", ""),
    "profiles": ("kind", "id", "", ""),
    "identities": ("kind", "value", "verified_by", "profile_id"),
    "claims": ("kind", "value", "", "profile_id"),
    "traits": ("key", "value", "source", "profile_id"),
    "conflicts": ("kind", "value", "reason", ""),
    "merges": ("id", "reason", "by", ""),
    "activities": ("kind", "props", "", "id"),
    "customer_labels": ("label", "", "", "profile_id"),
    "customer_notes": ("author", "body", "", "profile_id"),
    "conversations": ("status", "inbox", "", "id"),
    "messages": ("sender", "body", "author", "conversation_id"),
    "notes": ("kind", "body", "author", "conversation_id"),
    "attachments": ("media_type", "name", "sender", "conversation_id"),
}


def as_file(
    customer_id: UUID, sections: Mapping[str, list[Record]], form: Format, made_at: datetime
) -> bytes:
    if form == "csv":
        return spreadsheet.written(HEADS, _rows(sections))
    head = {"format": NAME, "customer_id": customer_id, "made_at": made_at}
    return msgspec.json.format(msgspec.json.encode({**head, **sections}), indent=2)


def _rows(sections: Mapping[str, list[Record]]) -> Iterator[tuple[Any, ...]]:
    for section, records in sections.items():
        for record in records:
            if section not in COLUMNS:
                yield from (
                    (section, "", key, _cell(value), "", "") for key, value in record.items()
                )
                continue
            cells = [_cell(record.get(name)) for name in COLUMNS[section]]
            yield (section, _cell(record.get("at")), *cells)


def _cell(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return msgspec.json.encode(value).decode()
