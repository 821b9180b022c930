"""What went wrong, in words of people: codes are stored, these sentences are made when shown."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

REACHED: Final[dict[str, Promise]] = {
    "COULD_NOT_CONNECT": _(
        "LINE cannot reach this server. The address must be open to the internet, with a"
        " certificate of a public authority."
    ),
    "REQUEST_TIMEOUT": _("LINE reaches this server, but gets no answer within two seconds."),
    "CONNECTION_TIMEOUT": _("LINE reaches this server, but gets no answer within two seconds."),
    "ERROR_STATUS_CODE": _("LINE reaches the address, but gets an error for an answer."),
    "UNCLASSIFIED": _("LINE could not call the address, and does not say why."),
    "REFUSED": _(
        "LINE does not take the address. It must begin with https:// and have at most 500"
        " characters."
    ),
}
LAST: Final[dict[str, Promise]] = {
    "bad_signature": _(
        "A webhook was signed with another secret: was it made anew in LINE's console?"
    ),
    "wrong_destination": _("A webhook was meant for another account."),
    "unauthorised": _("LINE refuses the channel's secret."),
    "unreachable": _("LINE could not be reached."),
    "quota": _("The messages of this month are used up."),
    "rejected": _("LINE has refused a message."),
    "too_large": _("A message was too large for LINE."),
    "unknown_outcome": _("Nobody knows whether LINE took a message: its answer was lost."),
    "busy": _("LINE was asked too often."),
    "unsupported": _("LINE cannot show a message."),
    "rate": _("LINE was asked too often."),
    "event": _("An event could not be handled."),
    "menu": _("A rich menu could not be published."),
    "login_refused": _("LINE refuses a log-in: are the Login channel's secret and callback right?"),
    "login_setup": _("The LINE Login channel has no linked bot: link the official account to it."),
}


def reached_text(reason: str, status: int = 0) -> str:
    """Return why LINE does not reach us."""
    text = str(REACHED.get(reason, REACHED["UNCLASSIFIED"]))
    if reason == "ERROR_STATUS_CODE" and status:
        return gettext("%(text)s (status %(status)s)") % {"text": text, "status": status}
    return text


def failure_text(code: str) -> str:
    """Return what went wrong last; codes that are new to us are shown as they are."""
    known = LAST.get(code.partition(":")[0])
    return str(known) if known is not None else code
