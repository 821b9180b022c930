"""Records that tell nothing new, a batch at a time: most of what a nightly sync brings.

Nobody takes a turn for them, or waits: whoever's record may be news, and whom somebody holds right
now, is left to `upserts.upsert_customer`, one by one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef
from msgspec import Struct

from customers.actions.merges import is_apart, standing_merges
from customers.actions.telling_again import Telling, tell_again
from customers.actions.traits import storable
from customers.actions.upserts import KINDS, Record, Refused, values_of
from customers.actions.vouching import VERIFIED_NOTED_EVERY
from customers.identifiers import BadIdentifier, Identifier, Verifier, read
from customers.models import BlockedIdentifier, Identity, Profile, Trait
from customers.prepared import prepared_rows
from customers.suppression import suppressed

VERIFY_AGAIN = """
UPDATE customers_identity SET verified_at = statement_timestamp() WHERE id IN (
    SELECT id FROM customers_identity
    WHERE id = ANY(%s) AND verified_by = 'crm'
        AND verified_at < statement_timestamp() - %s::interval
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
"""


class _Readable(Struct, frozen=True):
    """A record that can be read."""

    identifiers: Sequence[Identifier]
    telling: Telling


class _Held(Struct, frozen=True):
    """A verified identifier, and the profile and customer that hold it."""

    id: UUID
    verified_by: str
    profile_id: UUID
    kind: str
    customer_id: UUID


def note_known(records: Mapping[int, Record], *, source: str) -> set[int]:
    """Note what is told again of customers; return the places of records that tell no more.

    Those are done as by `upsert_customer`.
    """
    told = {place: one for place, record in records.items() if (one := _read(record, source))}
    held = _holders(_once(told))
    owners = _owners(held, source)
    places = {profile_id: place for place, profile_id in owners.items()}
    tellings = {profile_id: told[place].telling for profile_id, place in places.items()}
    done = {places[profile_id] for profile_id in tell_again(tellings, source=source)}
    ids = sorted(one.id for place in done for one in held[place])
    prepared_rows(VERIFY_AGAIN, [ids, VERIFIED_NOTED_EVERY])
    return done


def _read(record: Record, source: str) -> _Readable | None:
    """Return None for what cannot be taken: whoever tries says why."""
    given = {kind: getattr(record, kind) for kind in KINDS}
    try:
        own = [read(kind, value) for kind, value in given.items() if value is not None]
        values = storable(values_of(record), source)
    except (BadIdentifier, Refused):
        return None
    return _Readable(own, Telling(values, record.changed_at)) if own else None


def _once(told: Mapping[int, _Readable]) -> dict[int, _Readable]:
    """Leave out records that share an identifier: their order counts."""
    times = Counter(_key(one) for each in told.values() for one in each.identifiers)
    return {
        place: each
        for place, each in told.items()
        if all(times[_key(one)] == 1 for one in each.identifiers)
    }


def _key(one: Identifier) -> tuple[str, str]:
    return one.kind, one.norm


def _holders(told: Mapping[int, _Readable]) -> dict[int, list[_Held]]:
    """Return who holds the identifiers of each record, if somebody holds them all."""
    asked = {_key(one): one for each in told.values() for one in each.identifiers}
    shut = _shut_out(asked.values())
    own = Identity.objects.filter(kind__in=KINDS, value_norm__in=[norm for _, norm in asked])
    living = own.filter(profile__customer__erased_at=None).select_related("profile")
    known = {
        (one.kind, one.value_norm): _Held(
            one.id, one.verified_by, one.profile_id, one.profile.kind, one.profile.customer_id
        )
        for one in living
    }
    return {
        place: [known[_key(one)] for one in each.identifiers]
        for place, each in told.items()
        if all(_key(one) in known and one not in shut for one in each.identifiers)
    }


def _shut_out(asked: Iterable[Identifier]) -> set[Identifier]:
    """Return those that say nothing of a person, and those of who was erased."""
    folded = {one: one.norm.casefold() for one in asked}
    blocked = BlockedIdentifier.objects.filter(value__in=set(folded.values()))
    values = set(blocked.values_list("value", flat=True))
    return suppressed(folded) | {one for one, value in folded.items() if value in values}


def _owners(held: Mapping[int, Sequence[_Held]], source: str) -> dict[int, UUID]:
    """Return the profile that each record is told of, as `upserts` finds it."""
    settled = {place: each for place, each in held.items() if _is_settled(each)}
    owners = {
        place: next((one.profile_id for one in each if one.kind == Profile.Kind.CRM), None)
        for place, each in settled.items()
    }
    elsewhere = {place: settled[place][0] for place, owner in owners.items() if owner is None}
    owners |= _of_source(elsewhere, source)
    times = Counter(owners.values())
    return {place: id for place, id in owners.items() if id is not None and times[id] == 1}


def _is_settled(held: Sequence[_Held]) -> bool:
    """Whether the record joins nobody, and adds no weight to an operator's word."""
    is_one_person = len({one.customer_id for one in held}) == 1
    return is_one_person and all(one.verified_by != Verifier.OPERATOR for one in held)


def _of_source(holders: Mapping[int, _Held], source: str) -> dict[int, UUID | None]:
    """Return the oldest profile of the source that was never joined with the holder."""
    if not holders:
        return {}
    customer_ids = {one.customer_id for one in holders.values()}
    moves = standing_merges(customer_ids)
    tells = Exists(Trait.objects.filter(profile=OuterRef("id"), source=source))
    own = Profile.objects.filter(tells, customer_id__in=customer_ids, kind=Profile.Kind.CRM)
    known: dict[UUID, list[UUID]] = defaultdict(list)
    for profile in own.order_by("created_at", "id"):
        known[profile.customer_id].append(profile.id)
    return {
        place: next(
            (id for id in known[one.customer_id] if not is_apart(id, one.profile_id, moves)), None
        )
        for place, one in holders.items()
    }
