"""What LINE's webhooks say, read leniently: new kinds, values and members come without notice.

Nothing here raises for what it does not know. An event that cannot be read at all is still one.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from customers.cleaning import clean_value, is_deeper, read_json

LONGEST_TEXT = 100_000
DEEPEST = 60  # levels of objects and lists; a Flex message has about 20
NO_CHAT = "none"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
IDS = {"user": "userId", "group": "groupId", "room": "roomId"}
LINE_ID = re.compile(r"[A-Za-z0-9._-]{1,33}")

Json = Mapping[str, Any]


class Malformed(ValueError):
    """The body is not what LINE sends."""


class Webhook(Struct, frozen=True):
    """`destination` is the bot's user id; of `events` nothing is known yet."""

    destination: str
    events: list[Any]


class Told(Struct, frozen=True):
    """One event as it is stored. `occurred_at` is None where LINE has told no time."""

    webhook_event_id: str
    type: str
    chat_key: str
    line_message_id: str
    mode: str
    is_redelivery: bool
    occurred_at: datetime | None
    raw: dict[str, Any]


def read_webhook(body: bytes) -> Webhook:
    """Raise `Malformed` for what is no JSON, or not of the shape of a webhook."""
    try:
        value = read_json(body)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if not isinstance(value, dict) or not isinstance(value.get("events"), list):
        raise Malformed("no list of events")
    return Webhook(text(value, "destination"), value["events"])


def read_event(value: Any) -> Told:
    """Return the row of one event, storable whatever is in it."""
    raw = _storable(value)
    return Told(
        webhook_event_id=event_id(raw),
        type=text(raw, "type")[:40],
        chat_key=chat_key(part(raw, "source")),
        line_message_id=message_id(raw),
        mode=text(raw, "mode")[:16],
        is_redelivery=part(raw, "deliveryContext").get("isRedelivery") is True,
        occurred_at=moment(raw.get("timestamp")),
        raw=raw,
    )


def _storable(value: Any) -> dict[str, Any]:
    whole = value if isinstance(value, dict) else {"unreadable": value}
    if is_deeper(whole, DEEPEST):
        whole = {name: each for name, each in whole.items() if not isinstance(each, dict | list)}
    stored: dict[str, Any] = clean_value(whole, LONGEST_TEXT)
    return stored


def event_id(raw: Json) -> str:
    """Return LINE's own id; without one a digest of all that a redelivery does not change."""
    own = text(raw, "webhookEventId")
    if 0 < len(own) <= 64:
        return own
    content = {name: value for name, value in raw.items() if name != "deliveryContext"}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def chat_key(source: Json) -> str:
    """Return user:U…, group:C… or room:R…; `NO_CHAT` for no source, or one of a new kind."""
    kind = text(source, "type")
    id = text(source, IDS.get(kind, ""))
    return f"{kind}:{id}" if LINE_ID.fullmatch(id) else NO_CHAT


def message_id(raw: Json) -> str:
    """Return LINE's id of the message that the event brings, edits or takes back."""
    return text(part(raw, "message"), "id")[:40] or text(part(raw, "unsend"), "messageId")[:40]


def user_id(raw: Json) -> str:
    """Return who in a group or room it was; "" where LINE does not tell."""
    id = text(part(raw, "source"), "userId")
    return id if LINE_ID.fullmatch(id) else ""


def moment(milliseconds: Any) -> datetime | None:
    """Return the time of so many milliseconds since 1970, to the millisecond."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return None
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def part(value: Json, name: str) -> Json:
    """Return the object within an object, empty where there is none."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def text(value: Json, name: str) -> str:
    """Return a text, or a number as its digits; "" where there is neither."""
    found = value.get(name)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return found if isinstance(found, str) else ""


def number(value: Json, name: str) -> int | None:
    """Return a whole number that is not negative, or None."""
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or found < 0:
        return None
    return int(found)


def objects(value: Json, name: str) -> list[Json]:
    """Return the objects of a list, without what is none."""
    found = value.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
