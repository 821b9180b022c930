"""Official accounts: connected, looked after, and given another secret.

Nothing here asks LINE inside a transaction, and nothing is saved before LINE has agreed.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final

import msgspec
from django.db import IntegrityError, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from customers import audit
from customers.audit import Act, Who
from integrations.line import tokens
from integrations.line.actions import asking, login
from integrations.line.actions.asking import Bot, NoBot
from integrations.line.checklist import BY_HAND, Item, Seen, items
from integrations.line.client import NoAnswer, NotSent
from integrations.line.failures import reached_text
from integrations.line.models import LineChannel, LineSetup
from integrations.line.secrets import seal_secret, unseal_secret
from integrations.line.tokens import Unauthorised
from talk import clock
from talk.errors import Invalid
from talk.models import Inbox, Team

CHANNEL_ID: Final = re.compile(r"\d{5,20}")
SECRET: Final = re.compile(r"[0-9a-f]{32}")
UNREACHED: Final = "unreached"
"""The field of a refusal that `is_anyway` passes over."""


def connect(
    who: Who,
    *,
    channel_id: str,
    secret: str,
    name: str = "",
    teams: Iterable[Team] = (),
    is_anyway: bool = False,
) -> LineChannel:
    """Connect an official account: LINE is asked first, then inbox and channel are saved, and then
    LINE is told our address and tests it.

    `name` is the inbox's, the account's own without one. `is_anyway` connects although LINE does
    not reach this server yet. Raises `Invalid` with the field (`channel_id`, `secret`,
    `unreached`, or "" for none of them) and a sentence for a person. Audited.
    """
    bot = _examined(channel_id, secret, is_anyway=is_anyway)
    channel = _save(who, bot, channel_id, secret, name, list(teams))
    correct_address(channel)
    return channel


def look_again(channel: LineChannel) -> list[Item]:
    """Ask LINE how everything stands now, and keep it. Returns the checklist."""
    seen = asking.ask(channel)
    setup, _ = LineSetup.objects.get_or_create(channel=channel)
    setup.seen, setup.seen_at = msgspec.to_builtins(seen), clock.now()
    setup.save(update_fields=["seen", "seen_at"])
    if seen.chat_mode:
        LineChannel.objects.filter(pk=channel.pk).update(
            chat_mode=seen.chat_mode, mark_as_read_mode=seen.read_mode
        )
    return checklist(channel)


def correct_address(channel: LineChannel) -> list[Item]:
    """Tell LINE our address again, and look."""
    with suppress(Unauthorised, NotSent, NoAnswer):  # the checklist shows it
        asking.set_address(channel)
    return look_again(channel)


def checklist(channel: LineChannel) -> list[Item]:
    """Return what was seen last; LINE is not asked."""
    setup = LineSetup.objects.filter(channel=channel).first() or LineSetup(channel=channel)
    return items(
        msgspec.convert(setup.seen, Seen),
        address=asking.webhook_address(channel.inbox),
        at=setup.seen_at,
        told=_moments(setup.told),
        redelivery_seen_at=channel.redelivery_seen_at,
    )


def tell_switch(channel: LineChannel, check: str, *, is_so: bool) -> None:
    """Note that an administrator has looked at a switch that no API tells, or take it back.

    Raises `Invalid` for what is no such switch.
    """
    if check not in BY_HAND:
        raise Invalid("check", gettext("LINE tells this itself"))
    with transaction.atomic():
        LineSetup.objects.get_or_create(channel=channel)
        setup = LineSetup.objects.select_for_update().get(channel=channel)
        setup.told.pop(check, None)
        if is_so:
            setup.told[check] = clock.now().isoformat()
        setup.save(update_fields=["told"])


def start_rotation(who: Who, channel: LineChannel, *, secret: str) -> None:
    """Take the new secret beside the old one: what either has signed is let in until the end.

    LINE ends the old one the moment it makes a new one, so the new one is proven by a token before
    anything is kept. Raises `Invalid`. Audited.
    """
    _check_shape(channel.channel_id, secret)
    if secret == unseal_secret(channel.pk, "secret", channel.secret):
        raise Invalid("secret", gettext("This is the secret that is in use already."))
    _mint(channel.channel_id, secret)
    with transaction.atomic():
        locked = LineChannel.objects.select_for_update().get(pk=channel.pk)
        locked.next_secret = seal_secret(locked.pk, "next_secret", secret)
        locked.save(update_fields=["next_secret"])
        _record(who, locked, "secret change begun")


@transaction.atomic
def finish_rotation(who: Who, channel: LineChannel) -> None:
    """Let go of the old secret; nothing that it signs is let in any more. Audited."""
    locked = LineChannel.objects.select_for_update().get(pk=channel.pk)
    if not locked.next_secret:
        raise Invalid("secret", gettext("No other secret was given."))
    following = unseal_secret(locked.pk, "next_secret", locked.next_secret)
    locked.secret, locked.next_secret = seal_secret(locked.pk, "secret", following), ""
    locked.save(update_fields=["secret", "next_secret"])
    _record(who, locked, "secret change finished")


@transaction.atomic
def cancel_rotation(who: Who, channel: LineChannel) -> None:
    """Let go of the new secret, as if it had never been given. Audited."""
    locked = LineChannel.objects.select_for_update().get(pk=channel.pk)
    locked.next_secret = ""
    locked.save(update_fields=["next_secret"])
    _record(who, locked, "secret change given up")


def set_login(who: Who, channel: LineChannel, *, channel_id: str, secret: str) -> None:
    """Keep the LINE Login channel of the same provider; both "" for none. Audited.

    An empty secret beside the id that is known keeps the secret. Raises `Invalid`.
    """
    is_same = channel_id == channel.login_channel_id and channel.login_secret
    if channel_id and not (is_same and not secret):
        _check_shape(channel_id, secret, id_field="login_channel_id", field="login_secret")
        _check_login(channel, channel_id, secret)
    with transaction.atomic():
        locked = LineChannel.objects.select_for_update().get(pk=channel.pk)
        locked.login_channel_id = channel_id
        if secret or not channel_id:
            locked.login_secret = (
                seal_secret(locked.pk, "login_secret", secret) if channel_id else ""
            )
        locked.save(update_fields=["login_channel_id", "login_secret"])
        _record(who, locked, "LINE Login changed")


def _examined(channel_id: str, secret: str, *, is_anyway: bool) -> Bot:
    """Return the bot, after every check that LINE can answer before anything is saved."""
    _check_shape(channel_id, secret)
    if LineChannel.objects.filter(channel_id=channel_id).exists():
        raise Invalid("channel_id", gettext("This channel is connected already."))
    token = _mint(channel_id, secret)
    try:
        bot = asking.read_bot(token)
        if not is_anyway:
            _check_reached(token)
    except NoBot:
        raise Invalid(
            "channel_id",
            gettext("This is not a channel of the Messaging API (a LINE Login channel, perhaps)."),
        ) from None
    except (NotSent, NoAnswer):
        raise Invalid("", _unreachable()) from None
    if LineChannel.objects.filter(bot_user_id=bot.user_id).exists():
        raise Invalid("channel_id", gettext("This account is connected by another channel."))
    return bot


def _check_shape(
    channel_id: str, secret: str, *, id_field: str = "channel_id", field: str = "secret"
) -> None:
    if not CHANNEL_ID.fullmatch(channel_id):
        raise Invalid(id_field, gettext("A channel ID is digits alone, such as 2001234567."))
    if not SECRET.fullmatch(secret):
        raise Invalid(field, gettext("A channel secret has 32 characters from 0-9 and a-f."))


def _mint(channel_id: str, secret: str) -> str:
    try:
        return tokens.mint(channel_id, secret).access_token
    except Unauthorised:
        raise Invalid(
            "secret",
            gettext(
                "LINE does not know this secret for this channel ID. Copy both once more, from a"
                " channel of the Messaging API, not one of LINE Login."
            ),
        ) from None
    except (NotSent, NoAnswer):
        raise Invalid("", _unreachable()) from None


def _check_login(channel: LineChannel, channel_id: str, secret: str) -> None:
    if channel_id == channel.channel_id:
        told = gettext("This is the Messaging API channel. LINE Login has a channel of its own.")
        raise Invalid("login_channel_id", told)
    try:
        is_refused = login.is_refused(channel_id, secret)
    except (NotSent, NoAnswer):
        raise Invalid("", _unreachable()) from None
    if is_refused:
        told = gettext("LINE does not know this secret for this channel ID of LINE Login.")
        raise Invalid("login_secret", told)


def _check_reached(token: str) -> None:
    tried = asking.reach(token, asking.probe_address())
    if tried.reason and not tried.is_good:
        raise Invalid(UNREACHED, reached_text(tried.reason, tried.status))


def _unreachable() -> str:
    return gettext("LINE cannot be reached from this server. Try again in a minute.")


def _save(
    who: Who, bot: Bot, channel_id: str, secret: str, name: str, teams: list[Team]
) -> LineChannel:
    called = name.strip() or bot.display_name or bot.basic_id
    try:
        with transaction.atomic():
            inbox = Inbox.objects.create(kind=Inbox.Kind.LINE, name=called[:100])
            inbox.teams.set(teams)
            channel = LineChannel.objects.create(
                inbox=inbox,
                channel_id=channel_id,
                bot_user_id=bot.user_id,
                basic_id=bot.basic_id,
                display_name=bot.display_name[:100],
                picture_url=bot.picture_url[:2000],
                chat_mode=bot.chat_mode,
                mark_as_read_mode=bot.mark_as_read_mode,
                secret=seal_secret(inbox.pk, "secret", secret),
            )
            LineSetup.objects.create(channel=channel)
            _record(who, channel, "connected")
    except IntegrityError:  # somebody else was faster
        raise Invalid("channel_id", gettext("This channel is connected already.")) from None
    return channel


def _record(who: Who, channel: LineChannel, change: str) -> None:
    what = {"id": str(channel.pk), "change": change, "channel_id": channel.channel_id}
    audit.record(who, Act.LINE_CHANGED, what=what)


def _moments(told: Mapping[str, str]) -> dict[str, datetime]:
    read = {check: parse_datetime(text) for check, text in told.items()}
    return {check: at for check, at in read.items() if at is not None}
