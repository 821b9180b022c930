"""What the checklist says, and where in LINE's consoles each switch is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integrations.line.checklist import Check, Item, State
from integrations.line.failures import reached_text
from talk import clock

DEVELOPERS: Final = "https://developers.line.biz/console/"
MANAGER: Final = "https://manager.line.biz/"
TITLES: Final[dict[Check, Promise]] = {
    Check.SECRET: _("The channel's secret is good"),
    Check.ADDRESS: _("LINE has this server's webhook address"),
    Check.WEBHOOK: _("“Use webhook” is on"),
    Check.REACHED: _("LINE reaches this server"),
    Check.REDELIVERY: _("“Webhook redelivery” is on"),
    Check.AUTO_REPLY: _("“Auto-response messages” are off"),
    Check.GREETING: _("“Greeting messages” are off"),
    Check.CHAT: _("“Chat” is on"),
    Check.STATISTICS: _("“Error statistics aggregation” is on"),
}
HOW: Final[dict[Check, Promise]] = {
    Check.WEBHOOK: _("LINE Developers Console → Messaging API → Webhook settings → Use webhook"),
    Check.REDELIVERY: _(
        "LINE Developers Console → Messaging API → Webhook settings → Webhook redelivery. What we"
        " miss while we are down then comes again."
    ),
    Check.AUTO_REPLY: _(
        "LINE Official Account Manager → Settings → Response settings. Otherwise LINE answers your"
        " customers beside you."
    ),
    Check.GREETING: _(
        "LINE Official Account Manager → Settings → Response settings. It is also sent to who"
        " comes back."
    ),
    Check.CHAT: _(
        "LINE Official Account Manager → Settings → Response settings → Chat. Only then do"
        " customers see when they have been read."
    ),
    Check.STATISTICS: _(
        "LINE Developers Console → Messaging API → Webhook settings → Error statistics"
        " aggregation. LINE then shows which of its calls failed."
    ),
}
PLACES: Final[dict[Check, str]] = {
    Check.WEBHOOK: DEVELOPERS,
    Check.REDELIVERY: DEVELOPERS,
    Check.STATISTICS: DEVELOPERS,
    Check.AUTO_REPLY: MANAGER,
    Check.GREETING: MANAGER,
    Check.CHAT: MANAGER,
}
STATES: Final[dict[State, Promise]] = {
    State.GOOD: _("As it should be"),
    State.BAD: _("To be done"),
    State.TOLD: _("You have said so"),
    State.OPEN: _("Please look"),
    State.UNKNOWN: _("Not known"),
}
DETAILS: Final[dict[str, Promise]] = {
    "refused": _("LINE refuses it: it was made anew, or the channel is gone."),
    "unreachable": _("LINE could not be reached."),
    "none": _("LINE has no address yet."),
    "other": _("LINE calls another address. Another system may use this account."),
    "off": _("It is off: customers write, and nothing arrives here."),
    "bot": _("It is off."),
    "seen": _("LINE has redelivered something already."),
}


def ago(at: datetime | None) -> str:
    """Return how long ago it was, "" for never."""
    if at is None:
        return ""
    if clock.now() - at < timedelta(minutes=1):
        return gettext("just now")
    return gettext("%(span)s ago") % {"span": timesince(at)}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the checklist, as the page shows it."""

    check: Check
    state: State
    title: str
    state_text: str
    detail: str
    how: str
    place: str
    at: datetime | None
    is_by_hand: bool

    @property
    def is_done(self) -> bool:
        return self.state in (State.GOOD, State.TOLD)


def line_of(item: Item, *, status: int = 0) -> Line:
    is_by_hand = item.state in (State.TOLD, State.OPEN)
    return Line(
        check=item.check,
        state=item.state,
        title=str(TITLES[item.check]),
        state_text=str(STATES[item.state]),
        detail=_detail(item, status),
        how=str(HOW.get(item.check, "")),
        place=PLACES.get(item.check, ""),
        at=item.at,
        is_by_hand=is_by_hand,
    )


def _detail(item: Item, status: int) -> str:
    if item.check is Check.REACHED and item.detail:
        return reached_text(item.detail, status)
    return str(DETAILS[item.detail]) if item.detail in DETAILS else item.detail
