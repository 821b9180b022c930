"""Links to a company's own tools: addresses made of a template, signed, good for some minutes.

The tool checks `sig`: the hexadecimal HMAC-SHA256, by the link's secret, of the whole address up to
`&sig=`; and that `expires`, seconds since 1970, is not past.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlsplit

NAMES: Final = (
    "user_id",
    "email",
    "phone",
    "customer_id",
    "conversation_id",
    "operator_id",
    "operator_email",
)
IDENTIFIERS: Final = frozenset({"user_id", "email", "phone"})
"""Names that stand for a verified identifier of the customer."""
OWN: Final = frozenset({"expires", "sig"})
PURPOSE: Final = "tool link"
_PLACE = re.compile(r"\{(\w*)\}")


class BadTemplate(ValueError):
    """`str()` is the reason, in words for a person."""


def names_of(template: str) -> frozenset[str]:
    return frozenset(_PLACE.findall(template))


def host_of(template: str) -> str:
    return urlsplit(template).hostname or ""


def check(template: str) -> None:
    """Raise `BadTemplate` unless names stand in the path or query of an https address alone."""
    unknown = names_of(template) - frozenset(NAMES)
    if unknown or set(_PLACE.sub("", template)) & set("{}"):
        raise BadTemplate(f"Only these names stand in braces: {', '.join(NAMES)}")
    try:
        parts = urlsplit(template)
        parts.port  # noqa: B018 - raises for what is no port
    except ValueError as error:
        raise BadTemplate("This is not an address") from error
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        raise BadTemplate("The address begins with https:// and names a host")
    if names_of(parts.netloc) or parts.fragment:
        raise BadTemplate("Names stand in the path or the query, and nothing after #")
    if any(part.partition("=")[0] in OWN for part in parts.query.split("&")):
        raise BadTemplate("expires and sig are added at the end")
    if re.search(r"[\s\\\x00-\x1f]", template):
        raise BadTemplate("Blanks and backslashes are written as %20 and %5C")


def filled(template: str, values: Mapping[str, str], *, secret: str, expires: int) -> str | None:
    """Return the signed address; None when a value is missing, or would be a step in a path."""
    told = {name: values.get(name, "") for name in names_of(template)}
    if any(value in ("", ".", "..") for value in told.values()):
        return None
    address = _PLACE.sub(lambda place: quote(told[place[1]], safe=""), template)
    joint = "&" if urlsplit(address).query else "?"
    signed = f"{address.removesuffix('?')}{joint}expires={expires}"
    return f"{signed}&sig={signature(signed, secret)}"


def signature(address: str, secret: str) -> str:
    return hmac.new(secret.encode(), address.encode(), hashlib.sha256).hexdigest()
