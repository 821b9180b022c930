"""The one line above a thread: what kinds of clauses there are, and what a text may name.

A clause is a sentence about one fact with its evidence beside the conversation. Which hold is
decided where they are shown (`static/console/headline.js`): from what that operator's console was
told, masks and all, and again as time goes by. Here is what an administrator can say of them.
"""

from enum import StrEnum
from string import Formatter
from typing import Final

from django.utils.translation import gettext
from msgspec import Struct

LONGEST_TEXT = 80
LANGUAGES: Final = ("ja", "en")


class Clause(StrEnum):
    ERROR_CONTACT = "error_contact"
    ERRORS = "errors"
    QUICK_CONTACT = "quick_contact"
    CART = "cart"
    ORDER = "order"
    RENEWAL = "renewal"
    REPEAT = "repeat"
    TRAIT = "trait"


class ClauseKind(Struct, frozen=True):
    """`threshold` is its condition, in what its help names; None for kinds that have none."""

    placeholders: frozenset[str]
    threshold: int | None
    texts: dict[str, str]


KINDS: Final[dict[Clause, ClauseKind]] = {
    Clause.ERROR_CONTACT: ClauseKind(
        frozenset({"error", "count", "after"}),
        300,
        {
            "ja": "{error} {count}回 → {after}で問い合わせ",
            "en": "{error} ×{count} → wrote {after} later",
        },
    ),
    Clause.ERRORS: ClauseKind(
        frozenset({"error", "count"}), 1, {"ja": "{error} {count}回", "en": "{error} ×{count}"}
    ),
    Clause.QUICK_CONTACT: ClauseKind(
        frozenset({"after"}),
        60,
        {"ja": "来訪から{after}で問い合わせ", "en": "Wrote {after} after arriving"},
    ),
    Clause.CART: ClauseKind(
        frozenset({"total", "count"}),
        0,
        {"ja": "カート{total} ({count}点)", "en": "Cart {total} ({count})"},
    ),
    Clause.ORDER: ClauseKind(
        frozenset({"total", "ago"}), 7, {"ja": "{ago}に{total}購入", "en": "Bought {total} {ago}"}
    ),
    Clause.RENEWAL: ClauseKind(
        frozenset({"days", "when", "date"}),
        30,
        {"ja": "契約更新まで{days}日", "en": "Contract renews {when}"},
    ),
    Clause.REPEAT: ClauseKind(
        frozenset({"count"}), 2, {"ja": "今週{count}回目", "en": "Inquiry {count} this week"}
    ),
    Clause.TRAIT: ClauseKind(frozenset({"value"}), None, {"ja": "{value}", "en": "{value}"}),
}


class ClauseRow(Struct, frozen=True):
    """A clause as it stands in the headline's order; `texts` by language, all of them filled in."""

    kind: Clause
    threshold: int | None
    trait: str
    value: str
    texts: dict[str, str]


BUILT_IN: Final = tuple(
    ClauseRow(kind, KINDS[kind].threshold, trait, "", KINDS[kind].texts)
    for kind, trait in (
        (Clause.ERROR_CONTACT, ""),
        (Clause.ERRORS, ""),
        (Clause.CART, ""),
        (Clause.RENEWAL, "contract_end"),
        (Clause.REPEAT, ""),
        (Clause.QUICK_CONTACT, ""),
        (Clause.ORDER, ""),
    )
)
"""The headline as long as the administrator has made none."""


def fault_in(text: str, kind: Clause) -> str:
    """Return what is wrong with a text of this kind, "" if nothing is."""
    allowed = KINDS[kind].placeholders
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return gettext("The braces do not match")
    for _, name, format_spec, conversion in parts:
        if name is not None and (name not in allowed or format_spec or conversion):
            named = " ".join(f"{{{each}}}" for each in sorted(allowed))
            return gettext("Only these can stand in braces here: %(named)s") % {"named": named}
    return ""
