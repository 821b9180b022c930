"""Who may be the same person: customers of whom the same identifier was told.

Never by a name alone, nor by what many share: an identifier that more than a few customers claim
says nothing. What is verified on both sides has joined them already, so one side is always a claim
or a conflict.
"""

from collections import defaultdict
from typing import Literal
from uuid import UUID

import msgspec
from django.db import connection

MOST_CLAIMANTS = 5
MOST_CANDIDATES = 5
Standing = Literal["verified", "claimed"]

# Both sides by index: identity_once, claim_value. `here` is the customer asked about.
MET = """
WITH told AS (
    SELECT one.kind, one.value_norm, one.value, 'verified' AS standing
    FROM customers_identity one JOIN customers_profile p ON p.id = one.profile_id
    WHERE p.customer_id = %(id)s
    UNION ALL
    SELECT one.kind, one.value_norm, one.value, 'claimed'
    FROM customers_claim one JOIN customers_profile p ON p.id = one.profile_id
    WHERE p.customer_id = %(id)s
), met AS (
    SELECT p.customer_id, told.kind, told.value, told.standing AS here, 'verified' AS there
    FROM told JOIN customers_identity other USING (kind, value_norm)
    JOIN customers_profile p ON p.id = other.profile_id
    UNION
    SELECT p.customer_id, told.kind, told.value, told.standing, 'claimed'
    FROM told JOIN customers_claim other USING (kind, value_norm)
    JOIN customers_profile p ON p.id = other.profile_id
    WHERE %(most)s >= (SELECT count(DISTINCT q.customer_id) FROM customers_claim same
        JOIN customers_profile q ON q.id = same.profile_id
        WHERE same.kind = told.kind AND same.value_norm = told.value_norm)
    UNION
    SELECT conflict.other_id, conflict.kind, conflict.value, 'verified', 'verified'
    FROM customers_identityconflict conflict JOIN customers_profile p ON p.id = conflict.profile_id
    WHERE p.customer_id = %(id)s AND conflict.other_id IS NOT NULL
    UNION
    SELECT p.customer_id, conflict.kind, conflict.value, 'verified', 'verified'
    FROM customers_identityconflict conflict JOIN customers_profile p ON p.id = conflict.profile_id
    WHERE conflict.other_id = %(id)s
)
SELECT met.customer_id, kind, value, here, there FROM met
JOIN customers_customer customer ON customer.id = met.customer_id
WHERE met.customer_id <> %(id)s AND customer.erased_at IS NULL
    AND EXISTS (SELECT 1 FROM customers_profile p WHERE p.customer_id = met.customer_id)
    AND NOT EXISTS (SELECT 1 FROM customers_mergelog log
        WHERE log.undone_at IS NOT NULL AND NOT log.is_parting
        AND ((log.winner_id, log.loser_id) = (%(id)s, met.customer_id)
          OR (log.loser_id, log.winner_id) = (%(id)s, met.customer_id)))
ORDER BY here DESC, there DESC, kind, met.customer_id
"""


class Evidence(msgspec.Struct, frozen=True):
    """An identifier that was told of both: how well `here`, of the one asked about, and `there`."""

    kind: str
    value: str
    here: Standing
    there: Standing


class Candidate(msgspec.Struct, frozen=True):
    customer_id: UUID
    evidence: tuple[Evidence, ...]


def candidates(customer_id: UUID) -> list[Candidate]:
    """Return who may be the same person, the best proved first. One statement.

    Pairs that somebody has parted are left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(MET, {"id": customer_id, "most": MOST_CLAIMANTS})
        rows = cursor.fetchall()
    found: dict[UUID, list[Evidence]] = defaultdict(list)
    for id, *evidence in rows:
        found[id].append(Evidence(*evidence))
    best = sorted(found.items(), key=lambda pair: _weight(pair[1]), reverse=True)
    return [Candidate(id, tuple(evidence)) for id, evidence in best[:MOST_CANDIDATES]]


def _weight(evidence: list[Evidence]) -> tuple[int, int]:
    verified = sum((one.here, one.there).count("verified") for one in evidence)
    return verified, len(evidence)
