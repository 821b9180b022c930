"""Who may be the same person as a customer, as far as the actor sees them; and receipts."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Count
from msgspec import Struct
from msgspec.structs import replace

from customers.candidates import Candidate, Evidence, candidates
from customers.identifiers import Kind, are_too_many, normalise
from customers.models import Erasure, Identity, IdentityConflict, MergeLog, TraitPrecedence
from customers.queries import CustomerRow, customer_rows, present_customers
from talk.errors import NotFound
from talk.models import Conversation
from talk.policy import Actor, Permission, allow, require
from talk.queries.customers import require_visible

MOST_CONFLICTS = 20


class CandidateRow(Struct, frozen=True):
    """`two_members`: each has a user id of their own, so they are never joined; nor are those
    who together would have `too_many` identifiers of a kind.
    """

    customer: CustomerRow
    evidence: tuple[Evidence, ...]
    conversations: int
    two_members: bool
    too_many: bool


class ConflictRow(Struct, frozen=True):
    """A verified identifier that the customer could not keep, who vouched for it, and why not:
    `limit`, there are as many of its kind as one may have; `two_members`, it belongs to another
    member; `parted`, to somebody who was parted from the customer.
    """

    kind: str
    value: str
    by: str
    reason: str
    at: str


class MergeRow(Struct, frozen=True):
    """Somebody who was joined with the customer. Only the newest merge can be undone."""

    id: UUID
    at: str
    by: str
    reason: str
    is_newest: bool


class Likeness(Struct, frozen=True):
    """`may_merge` says whether the asker may join, part and confirm; `precedence` which sources
    lead, for keys of member data where an administrator has said so, `empty_wins` for which of
    them an empty value is shown as any other.
    """

    candidates: list[CandidateRow]
    conflicts: list[ConflictRow]
    merges: list[MergeRow]
    may_merge: bool
    precedence: dict[str, list[str]]
    empty_wins: list[str]


def likeness(actor: Actor, customer_id: UUID) -> Likeness:
    """Raise `NotFound` for a customer whom the actor does not see.

    Ten statements for who sees some inboxes, however many may be the same person.
    """
    require(actor, Permission.CUSTOMER_READ)
    require_visible(actor, customer_id)
    found = candidates(customer_id)
    lost = _lost(customer_id, [one.customer_id for one in found])
    now = present_customers({one.other_id for one in lost if one.other_id})
    seen = _Seen(actor, {*(one.customer_id for one in found), *now.values()})
    own = Identity.objects.filter(profile__customer_id=customer_id)
    held = set(own.values_list("kind", "value_norm"))
    rules = list(TraitPrecedence.objects.all())
    return Likeness(
        candidates=_candidates(actor, found, seen, [kind for kind, _ in held]),
        conflicts=[
            _conflict(actor, one)
            for one in lost
            if (one.kind, normalise(Kind(one.kind), one.value)) not in held
            and (one.other_id is None or seen.sees(now[one.other_id]))
        ],
        merges=_merges(customer_id),
        may_merge=allow(actor, Permission.CUSTOMER_MERGE),
        precedence={rule.key: rule.sources for rule in rules},
        empty_wins=[rule.key for rule in rules if rule.empty_wins],
    )


class _Seen:
    """Which of these customers the actor sees, with how many conversations. One statement."""

    def __init__(self, actor: Actor, customer_ids: Collection[UUID]) -> None:
        self._is_all = actor.inbox_ids is None
        theirs = Conversation.objects.filter(customer_id__in=customer_ids)
        if actor.inbox_ids is not None:
            theirs = theirs.filter(inbox_id__in=actor.inbox_ids)
        counted = theirs.values("customer_id").annotate(count=Count("id"))
        self._counts = dict(counted.values_list("customer_id", "count"))

    def sees(self, customer_id: UUID) -> bool:
        return self._is_all or customer_id in self._counts

    def conversations(self, customer_id: UUID) -> int:
        return self._counts.get(customer_id, 0)


def _candidates(
    actor: Actor, found: Sequence[Candidate], seen: _Seen, own_kinds: Sequence[str]
) -> list[CandidateRow]:
    shown = [one for one in found if seen.sees(one.customer_id)]
    rows = {row.id: row for row in customer_rows([one.customer_id for one in shown])}
    return [
        _candidate(actor, one, row, own_kinds, seen.conversations(row.id))
        for one in shown
        if (row := rows.get(one.customer_id))
    ]


def _candidate(
    actor: Actor, one: Candidate, row: CustomerRow, own_kinds: Sequence[str], conversations: int
) -> CandidateRow:
    kinds = [*own_kinds, *(each.kind for each in row.identities)]
    return CandidateRow(
        customer=actor.mask.customer(row),
        evidence=tuple(_shown(actor, each) for each in one.evidence),
        conversations=conversations,
        two_members=are_too_many(kinds, of=Kind.USER_ID),
        too_many=are_too_many(kinds),
    )


def _shown(actor: Actor, evidence: Evidence) -> Evidence:
    return replace(evidence, value=actor.mask.text(evidence.kind, evidence.value))


def _lost(customer_id: UUID, candidate_ids: Collection[UUID]) -> list[IdentityConflict]:
    """Return the newest that no candidate shows, settled ones too.

    Of somebody who was joined with a third, erased, or parted from the customer there is none.
    """
    own = IdentityConflict.objects.filter(profile__customer_id=customer_id)
    others = own.exclude(other_id__in=candidate_ids)
    return list(others.order_by("-created_at")[:MOST_CONFLICTS])


def _conflict(actor: Actor, one: IdentityConflict) -> ConflictRow:
    return ConflictRow(
        kind=one.kind,
        value=actor.mask.text(one.kind, one.value),
        by=one.verified_by,
        reason=one.reason,
        at=one.created_at.isoformat(),
    )


def erasure(actor: Actor, erasure_id: UUID) -> Erasure:
    require(actor, Permission.CUSTOMER_ERASE)
    found = Erasure.objects.filter(id=erasure_id).first()
    if found is None:
        raise NotFound
    return found


def _merges(customer_id: UUID) -> list[MergeRow]:
    logs = MergeLog.joins().filter(winner_id=customer_id)
    return [
        MergeRow(log.id, log.created_at.isoformat(), log.actor, log.reason, place == 0)
        for place, log in enumerate(logs.order_by("-created_at")[:20])
    ]
