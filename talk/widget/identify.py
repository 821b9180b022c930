"""Who the visitor says they are: signed by their site, or only claimed."""

from contextlib import suppress
from typing import Annotated

from django.http import HttpResponse
from msgspec import Meta, Struct

from customers.actions.claims import claim
from customers.actions.traits import tell_traits
from customers.identifiers import BadIdentifier, Kind
from talk.actions.identities import recognise
from talk.widget import limits
from talk.widget.exchange import Exchange


class IdentifyRequest(Struct, frozen=True):
    """`token` is what the site signed; `proposed` random for the next bearer token."""

    token: str
    proposed: Annotated[str, Meta(pattern=r"^([0-9a-f-]{86,128})?$")] = ""


class IdentifyAnswer(Struct, frozen=True):
    """`token` is the visitor's new bearer token, if the old one has ended.

    `switched` when another person was here before.
    """

    token: str
    profile_id: str
    switched: bool


class ClaimRequest(Struct, frozen=True):
    """Longer texts identify nobody and are dropped like other bad ones."""

    user_id: str | None = None
    email: str | None = None
    phone: str | None = None
    name: str = ""


def identify_visitor(exchange: Exchange) -> IdentifyAnswer:
    visitor, inbox = exchange.bearer
    limits.spend(limits.IDENTIFICATIONS, "identify", visitor.profile_id.hex)
    asked = exchange.json(IdentifyRequest)
    recognised = recognise(
        visitor, inbox, bearer=exchange.token, identity=asked.token, proposed=asked.proposed
    )
    return IdentifyAnswer(
        token=recognised.token,
        profile_id=str(recognised.profile_id),
        switched=recognised.is_switched,
    )


def claim_identity(exchange: Exchange) -> HttpResponse:
    """Take what nobody vouches for.

    The answer is the same whoever has these identifiers, and also for those that identify nobody:
    a site that passes on "undefined" must not break. They are counted.
    """
    visitor, _ = exchange.bearer
    limits.spend(limits.CLAIMS, "claims", visitor.profile_id.hex)
    asked = exchange.json(ClaimRequest)
    for kind in (Kind.USER_ID, Kind.EMAIL, Kind.PHONE):
        value = getattr(asked, kind)
        if value is not None:
            with suppress(BadIdentifier):
                claim(visitor.profile_id, kind, value)
    if asked.name.strip():
        tell_traits(visitor.profile_id, {"name": asked.name.strip()}, source="claim")
    return HttpResponse(status=202)
