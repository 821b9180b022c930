"""Asking LINE about a channel: who the bot is, where its webhook is, whether we are reached."""

from dataclasses import dataclass

import msgspec
from django.conf import settings
from django.urls import reverse

from integrations.line import client, tokens
from integrations.line.calls import call
from integrations.line.checklist import Seen
from integrations.line.client import Answer, NoAnswer, NotSent
from integrations.line.models import LineChannel
from integrations.line.tokens import Unauthorised
from talk.models import Inbox

ENDPOINT = "/v2/bot/channel/webhook/endpoint"
TEST = "/v2/bot/channel/webhook/test"
INFO = "/v2/bot/info"


class Bot(msgspec.Struct, frozen=True, rename="camel"):
    """What /v2/bot/info tells; `user_id` is the destination of every webhook."""

    user_id: str
    basic_id: str = ""
    display_name: str = ""
    picture_url: str = ""
    chat_mode: str = ""
    mark_as_read_mode: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """Whether LINE can call an address: `reason` is its own code, "OK" when it could."""

    reason: str
    status: int = 0

    @property
    def is_good(self) -> bool:
        return self.reason == "OK"


class NoBot(Exception):
    """The channel is not one of the Messaging API."""


def webhook_address(inbox: Inbox) -> str:
    return settings.PUBLIC_URL + reverse("line_webhook", args=[inbox.public_id])


def probe_address() -> str:
    """Return where anybody gets a 200: it proves that LINE reaches this server."""
    return settings.PUBLIC_URL + reverse("line_probe")


def read_bot(token: str) -> Bot:
    """Raises `NoBot` for a channel of another kind, `NotSent` and `NoAnswer`."""
    answer = client.request("GET", INFO, token=token)
    if answer.status >= 500 or answer.status == 429:
        raise NotSent(f"status {answer.status}")
    try:
        return msgspec.convert(answer.body, Bot)
    except msgspec.ValidationError:
        raise NoBot from None


def reach(token: str, address: str) -> Reached:
    """Let LINE call an address. Raises `NotSent` and `NoAnswer`."""
    answer = client.request("POST", TEST, token=token, content=_json({"endpoint": address}))
    return _reached(answer)


def ask(channel: LineChannel) -> Seen:
    """Return how the channel stands with LINE now; never inside a transaction."""
    try:
        bot = read_bot(tokens.token_of(channel))
        told = call(channel, "GET", ENDPOINT)
        tried = _reached(call(channel, "POST", TEST, content=b"{}")) if told.is_ok else Reached("")
    except (Unauthorised, NoBot):
        return Seen(secret="refused")  # noqa: S106  # a state
    except (NotSent, NoAnswer):
        return Seen(secret="unreachable")  # noqa: S106  # a state
    return Seen(
        secret="good",  # noqa: S106  # a state
        address=str(told.body.get("endpoint") or ""),
        is_on=_flag(told.body.get("active")) if told.is_ok else None,
        test=tried.reason,
        test_status=tried.status,
        chat_mode=bot.chat_mode,
        read_mode=bot.mark_as_read_mode,
    )


def set_address(channel: LineChannel) -> bool:
    """Tell LINE where our webhook is; False when it does not take the address."""
    address = {"endpoint": webhook_address(channel.inbox)}
    return call(channel, "PUT", ENDPOINT, content=_json(address)).is_ok


def _reached(answer: Answer) -> Reached:
    """LINE allows 60 tests an hour; what it did not try is no failure."""
    if answer.status == 429 or answer.status >= 500:
        return Reached("")
    if not answer.is_ok:
        return Reached("REFUSED", answer.status)
    if answer.body.get("success") is True:
        return Reached("OK", 200)
    status = answer.body.get("statusCode")
    return Reached(
        str(answer.body.get("reason") or "UNCLASSIFIED")[:40],
        status if isinstance(status, int) else 0,
    )


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _json(body: object) -> bytes:
    return msgspec.json.encode(body)
