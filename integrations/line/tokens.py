"""Access tokens: stateless ones, minted when they are needed and shared by all processes.

A stateless token is good for 15 minutes and cannot be taken back, so nothing is lost with one.
"""

import time
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
from django.db.models import Q
from django.db.models.functions import Now

from customers.sealing import Unreadable
from integrations.line import client
from integrations.line.client import NoAnswer, NotSent
from integrations.line.models import LineChannel, LineToken
from integrations.line.secrets import seal_secret, unseal_secret

KEPT = timedelta(minutes=13)
MARGIN = timedelta(minutes=2)
TURN = timedelta(seconds=20)
WAIT_SECONDS = 20.0
LOOK_SECONDS = 0.05


class Unauthorised(Exception):
    """LINE does not know this channel id with this secret, or the secret cannot be read here."""


class Minted(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: int = 900


def token_of(channel: LineChannel) -> str:
    """Return the token that calls of this channel carry.

    Whoever finds none mints one, and all others wait for that one. Raises `Unauthorised` and
    `NotSent`.
    """
    if pasted := pasted_token(channel):
        return pasted
    LineToken.objects.get_or_create(channel=channel)
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if kept := _kept(channel):
            return kept
        if turn := _take_turn(channel):
            return _mint_in_turn(channel, turn)
        time.sleep(LOOK_SECONDS)
    raise NotSent("No token was minted in time")


def pasted_token(channel: LineChannel) -> str:
    """Return the token that an administrator pasted, if the channel has one."""
    config = _unseal(channel, "token_config", channel.token_config)
    return str(msgspec.json.decode(config).get("token") or "") if config else ""


def drop(channel: LineChannel, token: str) -> None:
    """Forget a token that LINE refuses, unless it is another one by now."""
    for kept in LineToken.objects.filter(channel=channel).exclude(sealed=""):
        if _unseal(channel, "token", kept.sealed) == token:
            LineToken.objects.filter(channel=channel, sealed=kept.sealed).update(sealed="")


def mint(channel_id: str, secret: str) -> Minted:
    """Ask LINE for a stateless token. Raises `Unauthorised` and `NotSent`."""
    form = {
        "grant_type": "client_credentials",
        "client_id": channel_id,
        "client_secret": secret,
    }
    try:
        answer = client.request("POST", "/oauth2/v3/token", form=form)
    except NoAnswer as error:  # a token that nobody has is no harm
        raise NotSent(str(error)) from None
    if answer.status in (400, 401, 403):
        raise Unauthorised
    if not answer.is_ok:
        raise NotSent(f"status {answer.status}")
    try:
        return msgspec.convert(answer.body, Minted)
    except msgspec.ValidationError:
        raise NotSent("no token in the answer") from None


def _kept(channel: LineChannel) -> str:
    good = LineToken.objects.filter(channel=channel, good_until__gt=Now()).exclude(sealed="")
    sealed = good.values_list("sealed", flat=True).first()
    return _unseal(channel, "token", sealed) if sealed else ""


def _take_turn(channel: LineChannel) -> UUID | None:
    # One UPDATE decides who mints; a turn of somebody who died in it ends by itself.
    turn = uuid4()
    free = Q(turn__isnull=True) | Q(turn_until__lt=Now())
    stale = Q(sealed="") | Q(good_until__isnull=True) | Q(good_until__lte=Now())
    rows = LineToken.objects.filter(free, stale, channel=channel)
    return turn if rows.update(turn=turn, turn_until=Now() + TURN) else None


def _mint_in_turn(channel: LineChannel, turn: UUID) -> str:
    own = LineToken.objects.filter(channel=channel, turn=turn)
    try:
        minted = _mint(channel)
    except BaseException:
        own.update(turn=None)
        raise
    own.update(
        sealed=seal_secret(channel.pk, "token", minted.access_token),
        good_until=Now() + min(KEPT, timedelta(seconds=minted.expires_in) - MARGIN),
        turn=None,
    )
    return minted.access_token


def _mint(channel: LineChannel) -> Minted:
    """While secrets are changed over, the next one may be the one that LINE knows."""
    secret = _unseal(channel, "secret", channel.secret)
    following = _unseal(channel, "next_secret", channel.next_secret)
    try:
        return mint(channel.channel_id, secret)
    except Unauthorised:
        if not following:
            raise
        return mint(channel.channel_id, following)


def _unseal(channel: LineChannel, field: str, sealed: str) -> str:
    try:
        return unseal_secret(channel.pk, field, sealed)
    except Unreadable:
        raise Unauthorised from None
