"""What a company's own systems tell of its customers: who they are, and what they did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from msgspec import Struct

from customers.actions.known_records import note_known
from customers.actions.upserts import KINDS, Record, Refused, upsert_customer
from customers.client import ClientFacts
from customers.identifiers import BadIdentifier, Kind, read
from customers.ingest import Tally, record, tally
from customers.models import Identity, Profile
from talk.errors import Invalid, NotFound
from talk.policy import Actor, Permission, require
from talk.protocol import invalid


class RecordError(Struct, frozen=True):
    """A record by its place, the field that is wrong with it, and what that is."""

    index: int
    field: str
    code: str


class Upserted(Struct, frozen=True, omit_defaults=True):
    """`conflicts` are records that were taken but for an identifier which somebody else holds, or
    for which there is no room.
    """

    accepted: int
    errors: list[RecordError]
    conflicts: list[RecordError] = []


class Whom(Struct, frozen=True, forbid_unknown_fields=True):
    """One customer by one of these; identifiers are verified ones."""

    user_id: str | None = None
    email: str | None = None
    phone: str | None = None
    profile_id: UUID | None = None


def upsert_customers(actor: Actor, told: Sequence[object], *, source: str) -> Upserted:
    """Take over records of customers, each by itself: a bad one stops no other.

    Those that tell nothing new are noted together. The others are taken in the order of their
    identifiers, so that two batches wait for each other and no more.
    """
    require(actor, Permission.CUSTOMER_WRITE)
    records: dict[int, Record] = {}
    errors: list[RecordError] = []
    conflicts: list[RecordError] = []
    for index, one in enumerate(told):
        try:
            records[index] = msgspec.convert(one, Record)
        except msgspec.ValidationError as error:
            errors.append(RecordError(index, _field(one, error), "invalid"))
    news = records.keys() - note_known(records, source=source)
    for index in sorted(news, key=lambda place: _place(records[place])):
        try:
            held = upsert_customer(records[index], source=source)
        except Refused as error:
            errors.append(RecordError(index, error.field, error.code))
        else:
            conflicts += [RecordError(index, kind, "conflict") for kind in held]
    by_index = sorted(errors, key=lambda error: error.index)
    return Upserted(len(told) - len(errors), by_index, conflicts)


def record_activities(
    actor: Actor, whom: Whom, told: Sequence[object], *, sent_at: datetime | None
) -> Tally:
    """Record what a customer did, as the company's system tells it. Raises `NotFound`."""
    require(actor, Permission.ACTIVITY_WRITE)
    client = ClientFacts(sent_at=sent_at)
    with transaction.atomic():
        profile_id = _profile_id(whom)
        try:
            return tally(record(profile_id, told, client=client, is_present=False))
        except Profile.DoesNotExist:
            raise NotFound from None


def _field(told: object, error: msgspec.ValidationError) -> str:
    return (isinstance(told, dict) and invalid(error).field) or "record"


def _place(one: Record) -> tuple[str, ...]:
    return tuple(str(getattr(one, kind) or "") for kind in KINDS)


def _profile_id(whom: Whom) -> UUID:
    given: dict[str, Any] = {
        name: value for name, value in msgspec.structs.asdict(whom).items() if value is not None
    }
    if len(given) != 1:
        raise Invalid("customer", "Name the customer by one of user_id, email, phone, profile_id")
    [(name, value)] = given.items()
    if isinstance(value, UUID):
        return value
    try:
        known = read(Kind(name), value)
    except BadIdentifier as error:
        raise Invalid(f"customer.{name}", f"The value {error}") from error
    held = Identity.objects.filter(kind=known.kind, value_norm=known.norm).first()
    if held is None:
        raise NotFound
    return held.profile_id
