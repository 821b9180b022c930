"""Identifiers: their kinds, the one way each is written, and which say nothing of a person."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

MAX_LENGTH: Final = 255
HOME_REGION: Final = "JP"
"""A telephone number without a country code is one of here."""


class Kind(StrEnum):
    USER_ID = "user_id"
    EMAIL = "email"
    PHONE = "phone"
    LINE = "line"
    SALESFORCE_CONTACT = "salesforce:contact"


class Verifier(StrEnum):
    """Who vouches for an identifier, the weakest first."""

    OPERATOR = "operator"
    CRM = "crm"
    EMAIL_CODE = "email_code"
    LINE = "line"
    SITE = "site"

    @property
    def is_own_word(self) -> bool:
        """Whether the person themselves has just proved it, rather than somebody else of them."""
        return self in (Verifier.EMAIL_CODE, Verifier.LINE, Verifier.SITE)

    @property
    def rank(self) -> int:
        return tuple(Verifier).index(self)


MOST_PER_CUSTOMER: Final[dict[Kind, int]] = {
    Kind.USER_ID: 1,
    Kind.SALESFORCE_CONTACT: 1,
    Kind.LINE: 3,
    Kind.EMAIL: 5,
    Kind.PHONE: 5,
}


def are_too_many(kinds: Iterable[str], *, of: Kind | None = None) -> bool:
    """Whether these are more than one customer may have, of a kind or of any."""
    told = Counter(kinds)
    limits = {of: MOST_PER_CUSTOMER[of]} if of else MOST_PER_CUSTOMER
    return any(told[kind] > most for kind, most in limits.items())


# What programs send when they know nobody. Merging on one of these would merge everybody.
PLACEHOLDERS: Final = frozenset({
    "-1", "[object object]", "anonymous", "default", "distinct_id", "distinctid", "email",
    "example", "false", "guest", "id", "member", "n/a", "na", "nan", "nil", "nobody", "none",
    "not_authenticated", "null", "phone", "test", "true", "undefined", "unknown", "user",
    "user_id", "userid", "visitor",
})  # fmt: skip
_ONLY_ZEROS = re.compile(r"[0-]*")
_QUOTES = "\"'`"
_ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


class BadIdentifier(ValueError):
    """The value identifies nobody; `str()` is the reason, in words for a person."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A value as it was given, and the form in which equal ones are equal texts."""

    kind: Kind
    value: str
    norm: str


def read(kind: Kind, value: str) -> Identifier:
    """Return the identifier, short enough to be stored in both forms. Raises `BadIdentifier`."""
    given = value.strip()
    norm = normalise(kind, given)
    # Either may be the longer one: letters are put together by one form and taken apart by another.
    if max(len(given), len(norm)) > MAX_LENGTH:
        raise BadIdentifier(f"is longer than {MAX_LENGTH} characters")
    return Identifier(kind, given, norm)


def normalise(kind: Kind, value: str) -> str:
    """Return the form in which equal identifiers are equal texts. Raises `BadIdentifier`.

    Addresses and LINE ids keep what tells people apart: no dot or plus of a mail address is
    folded, and a user id keeps its case.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    if not text:
        raise BadIdentifier("is empty")
    if len(text) > MAX_LENGTH:
        raise BadIdentifier(f"is longer than {MAX_LENGTH} characters")
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        raise BadIdentifier("contains control characters")
    if is_placeholder(text):
        raise BadIdentifier("is a placeholder that many people share")
    if kind is Kind.EMAIL:
        return _email(text)
    if kind is Kind.PHONE:
        return _phone(text)
    return text


def is_placeholder(text: str) -> bool:
    folded = text.strip(_QUOTES).strip().casefold()
    return folded in PLACEHOLDERS or _ONLY_ZEROS.fullmatch(folded) is not None


def _email(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise BadIdentifier("is not a mail address")
    return text.lower()


def _phone(text: str) -> str:
    """Return E.164, such as +819012345678."""
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except NumberParseException as error:
        raise BadIdentifier("is not a telephone number") from error
    if not phonenumbers.is_possible_number(number):
        raise BadIdentifier("is not a telephone number")
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
