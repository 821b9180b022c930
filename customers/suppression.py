"""Whoever was erased does not come back by a sync: their identifiers are known again by digest."""

from collections.abc import Iterable

from customers import clock
from customers.audit import Act, Who, record
from customers.identifiers import BadIdentifier, Identifier, Kind
from customers.models import Erasure, Identity, Suppression
from customers.sealing import keyed_digests

PURPOSE = "sobani.erase.v1"


class Suppressed(BadIdentifier):
    """The person behind this identifier was erased, and only they themselves may begin anew."""


def is_suppressed(told: Identifier) -> bool:
    return bool(suppressed([told]))


def suppressed(told: Iterable[Identifier]) -> set[Identifier]:
    """Return those of whom nobody but themselves may tell. One statement."""
    known = {digest: one for one in told for digest in _digests(one.kind, one.norm)}
    shut = Suppression.objects.filter(digest__in=list(known), lifted_at=None)
    return {known[bytes(digest)] for digest in shut.values_list("digest", flat=True)}


def suppress(identities: Iterable[Identity], erasure: Erasure) -> int:
    """Remember verified identifiers by digest; what was only claimed may be somebody else's."""
    rows = [
        Suppression(digest=_digests(one.kind, one.value_norm)[0], kind=one.kind, erasure=erasure)
        for one in identities
    ]
    # Erased for a second time: the newer receipt counts, and what was lifted is shut again.
    Suppression.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["digest"],
        update_fields=["erasure", "lifted_at", "lifted_by"],
    )
    return len(rows)


def lift(suppression: Suppression, who: Who, *, reason: str) -> None:
    """Let other sources tell of this person again. In the caller's transaction; audited."""
    if suppression.lifted_at is None:
        suppression.lifted_at, suppression.lifted_by = clock.now(), who.name[:200]
        suppression.save(update_fields=["lifted_at", "lifted_by"])
        what = {"kind": suppression.kind, "receipt": str(suppression.erasure_id)}
        about = suppression.erasure.customer_id
        record(who, Act.SUPPRESSION_LIFTED, customer_id=about, what=what, reason=reason)


def _digests(kind: str, norm: str) -> list[bytes]:
    return keyed_digests(f"{Kind(kind)}\0{norm}", PURPOSE)
