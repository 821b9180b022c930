"""Who the visitor says they are: signed by their site, or only claimed."""

from typing import Annotated

from django.http import HttpResponse
from msgspec import Meta, Struct

from customers.actions.claims import claim_all
from customers.identifiers import Kind
from customers.models.traits import MAX_KEY
from talk.actions.identities import recognise
from talk.widget import limits
from talk.widget.exchange import Exchange

MOST_TRAITS = 50


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


ClaimedTraits = Annotated[
    dict[Annotated[str, Meta(min_length=1, max_length=MAX_KEY)], str | float | bool | None],
    Meta(max_length=MOST_TRAITS),
]


class ClaimRequest(Struct, frozen=True):
    """Longer texts identify nobody and are dropped like other bad ones.

    `traits` is what else a site says of its visitor without signing it.
    """

    user_id: str | None = None
    email: str | None = None
    phone: str | None = None
    name: str = ""
    traits: ClaimedTraits = {}


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
    asked = exchange.lenient_json(ClaimRequest)
    told = {kind: getattr(asked, kind) for kind in (Kind.USER_ID, Kind.EMAIL, Kind.PHONE)}
    named = {"name": asked.name.strip()} if asked.name.strip() else {}
    claim_all(
        visitor.profile_id,
        {kind: value for kind, value in told.items() if value is not None},
        {**asked.traits, **named},
    )
    return HttpResponse(status=202)
