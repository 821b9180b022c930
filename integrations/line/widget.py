"""“Continue in LINE”, asked for by the widget's frame."""

from typing import Annotated, Literal, cast
from uuid import UUID

from limits import parse
from msgspec import Meta, Struct

from integrations.line import crossings
from integrations.line.actions import crossing
from integrations.line.crossings import QrCode
from integrations.line.models import Crossing
from talk import clock
from talk.errors import NotFound
from talk.models import Inbox
from talk.widget import limits
from talk.widget.exchange import Exchange

CROSSINGS = parse("6/minute")


class ContinueRequest(Struct, frozen=True):
    language: Annotated[str, Meta(max_length=16)] = "ja"


class ContinueAnswer(Struct, frozen=True):
    """`login` proves who they are in LINE, "" where the account cannot; `address` opens the chat
    with the code. `qr` leads to the first of them. `number` is compared on both screens.
    """

    id: UUID
    name: str
    login: str
    address: str
    code: str
    number: str
    qr: QrCode


State = Literal["waiting", "told", "joined", "conflict", "done", "expired"]


class ContinueState(Struct, frozen=True):
    """ "told": a code came, and nobody is joined: answers to this conversation come here. "joined":
    it goes on in LINE as soon as they write there. "conflict": operators have to look first.
    """

    state: State


def begin_crossing(exchange: Exchange) -> ContinueAnswer:
    visitor, inbox = exchange.bearer
    limits.spend(CROSSINGS, "line", visitor.profile_id.hex)
    asked = exchange.json(ContinueRequest)
    channel = crossing.channel_for(inbox)
    if channel is None:
        raise NotFound
    begun = crossing.begin(visitor, channel, language=asked.language)
    return ContinueAnswer(
        id=begun.crossing.id,
        name=channel.inbox.name,
        login=begun.login,
        address=begun.address,
        code=begun.crossing.code,
        number=begun.crossing.number,
        qr=crossings.qr_code(begun.login or begun.address),
    )


def crossing_state(exchange: Exchange, id: UUID) -> ContinueState:
    visitor, _ = exchange.bearer
    limits.spend(limits.READS, "line state", visitor.profile_id.hex)
    found = Crossing.objects.filter(id=id, profile_id__in=visitor.profile_ids).first()
    if found is None:
        raise NotFound
    is_over = found.state == Crossing.State.WAITING and found.expires_at <= clock.now()
    return ContinueState("expired" if is_over else cast(State, found.state))


def is_offered(inbox: Inbox) -> bool:
    return crossing.channel_for(inbox) is not None
