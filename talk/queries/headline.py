"""The clauses of the headline, in their order."""

from talk.headline import BUILT_IN, KINDS, LANGUAGES, Clause, ClauseRow
from talk.models import HeadlineClause
from talk.policy import Actor, Permission, require


def clauses(actor: Actor) -> list[ClauseRow]:
    """Return the administrator's clauses that are switched on; without any made, the built-in."""
    require(actor, Permission.CUSTOMER_READ)
    made = list(HeadlineClause.objects.all())
    if not made:
        return list(BUILT_IN)
    return [_row(each) for each in made if each.is_active]


def _row(made: HeadlineClause) -> ClauseRow:
    kind = Clause(made.kind)
    built_in = KINDS[kind]
    own = {"ja": made.text_ja, "en": made.text_en}
    return ClauseRow(
        kind=kind,
        threshold=built_in.threshold if made.threshold is None else made.threshold,
        trait=made.trait,
        value=made.value,
        texts={language: own[language] or built_in.texts[language] for language in LANGUAGES},
    )
