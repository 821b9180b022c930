"""What comes in, typed: unknown fields, wrong types and doubled parameters are refused by name."""

from collections.abc import Mapping
from typing import IO, Any, TypeVar
from uuid import UUID

import msgspec
from django.http import QueryDict
from msgspec import Struct
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from customers.cleaning import clean_value, is_deeper, read_json
from talk.errors import Invalid, TooLarge
from talk.protocol import check_texts, invalid

MOST_BODY_BYTES = 64 * 1024  # as a socket's frame: 10,000 characters of text fit
MOST_BATCH_BYTES = 1024 * 1024
DEEPEST = 20

Input = TypeVar("Input", bound=Struct)


class JsonParser(BaseParser):
    media_type = "application/json"
    most_bytes = MOST_BODY_BYTES

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(self.most_bytes + 1)
        if len(body) > self.most_bytes:
            raise TooLarge
        try:
            data = self.decode(body)
        except (ValueError, RecursionError):
            raise ParseError from None
        if is_deeper(data, DEEPEST):
            raise TooLarge(f"Objects and lists lie more than {DEEPEST} deep")
        return data

    def decode(self, body: bytes) -> Any:
        return msgspec.json.decode(body)


class BatchParser(JsonParser):
    """For many rows at once; what PostgreSQL could not keep is cleaned or refused row by row."""

    most_bytes = MOST_BATCH_BYTES

    def decode(self, body: bytes) -> Any:
        try:
            return msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return clean_value(read_json(body), self.most_bytes)


def read_body(kind: type[Input], data: object) -> Input:
    """Make the typed body of a request; raises `Invalid` naming the field and the reason."""
    try:
        body = msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise invalid(error) from None
    check_texts(body)
    return body


def read_query(kind: type[Input], query: QueryDict) -> Input:
    for name, values in query.lists():
        if len(values) > 1:
            raise Invalid(name, "Given more than once")
        if values[0].lower() == "null":  # msgspec would take it for None
            raise Invalid(name, "Leave it out instead")
    try:
        return msgspec.convert(query.dict(), kind, strict=False)
    except msgspec.ValidationError as error:
        raise invalid(error) from None


def read_id(text: str, field: str) -> UUID:
    """Ids are UUIDs written the usual way, and nothing else that would convert to one."""
    try:
        id = UUID(text)
    except ValueError:
        id = None
    if id is None or str(id) != text.lower():
        raise Invalid(field, "This is not a UUID")
    return id
