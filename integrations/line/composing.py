"""What is said, as LINE's message objects, five to a call. Pure: everything is given.

The order is that of the console: the words, the files, then the sticker, place or template. A
message is quoted by the first bubble that can; quick replies hang on the last one, as they vanish
when another comes after them.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _

from integrations.line import choices, taps
from integrations.line.outgoing import FLEX, MOST_ALT_UNITS
from integrations.line.splitting import bubbles, shortened
from talk.said import Location, QuickReply, Said, Sticker, Template, Text

CALL_BUBBLES = 5
MOST_SENDER_UNITS = 20
Json = dict[str, Any]
QUOTING = frozenset({"text", "sticker"})
ASKING = {"location": "location", "camera": "camera", "album": "cameraRoll"}


@dataclass(frozen=True, slots=True)
class Media:
    """One file, at addresses that LINE and its users can fetch for as long as it is kept."""

    kind: Literal["image", "video", "audio", "file"]
    url: str
    name: str = ""
    size: int = 0
    preview_url: str = ""
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class Sender:
    """Who LINE shows beside the bubbles, as “name from account”."""

    name: str
    icon_url: str = ""


@dataclass(frozen=True, slots=True)
class Speech:
    message_id: UUID
    body: str
    said: Said = field(default_factory=Text)
    media: tuple[Media, ...] = ()
    quote_token: str = ""
    sender: Sender | None = None


def compose(speech: Speech) -> list[list[Json]]:
    """Return the calls: each the message objects of at most five bubbles. Never empty ones."""
    objects = list(_objects(speech))
    _quote(objects, speech.quote_token)
    if objects and speech.said.quick_replies:
        objects[-1]["quickReply"] = {"items": list(_quick_replies(speech))}
    if speech.sender is not None:
        for each in objects:
            each["sender"] = _sender(speech.sender)
    return [objects[at : at + CALL_BUBBLES] for at in range(0, len(objects), CALL_BUBBLES)]


def sender_of(name: str, icon_url: str = "") -> Sender | None:
    """Return the sender as LINE takes it; None for a name with its own in it, which it refuses."""
    plain = " ".join(name.split())
    if not plain or re.search("line", unicodedata.normalize("NFKC", plain), re.IGNORECASE):
        return None
    return Sender(shortened(plain, MOST_SENDER_UNITS), icon_url)


def without_sender(objects: list[Json]) -> list[Json]:
    return [{name: value for name, value in each.items() if name != "sender"} for each in objects]


def encoded(objects: list[Json]) -> str:
    """Return the text that is stored and sent, the same each time."""
    return json.dumps(objects, ensure_ascii=False, separators=(",", ":"))


def _objects(speech: Speech) -> Iterator[Json]:
    for text in bubbles(speech.body):
        yield {"type": "text", "text": text}
    for media in speech.media:
        yield _media(media)
    told = speech.said
    if isinstance(told, Sticker):
        yield {"type": "sticker", "packageId": told.package_id, "stickerId": told.sticker_id}
    if isinstance(told, Location):
        yield _place(told)
    if isinstance(told, Template):
        yield _template(told, speech.message_id)


def _quote(objects: list[Json], token: str) -> None:
    first = next((each for each in objects if each["type"] in QUOTING), None)
    if token and first is not None:
        first["quoteToken"] = token


def _sender(sender: Sender) -> Json:
    return {"name": sender.name, **({"iconUrl": sender.icon_url} if sender.icon_url else {})}


def _media(media: Media) -> Json:
    if media.kind in ("image", "video"):
        shown = {"originalContentUrl": media.url, "previewImageUrl": media.preview_url}
        return {"type": media.kind, **shown}
    if media.kind == "audio":
        return {"type": "audio", "originalContentUrl": media.url, "duration": media.duration_ms}
    return _file(media)


def _file(media: Media) -> Json:
    """LINE has no files for accounts to send: a card with a button that opens it."""
    name = {"type": "text", "text": media.name, "weight": "bold", "wrap": True}
    size = {"type": "text", "text": _size(media.size), "size": "sm", "color": "#777777"}
    opens = {"type": "uri", "label": _("Open the file"), "uri": media.url}
    body = {"type": "box", "layout": "vertical", "spacing": "sm", "contents": [name, size]}
    button = {"type": "button", "style": "link", "action": opens}
    footer = {"type": "box", "layout": "vertical", "contents": [button]}
    alt_text = shortened(_("File: %(name)s") % {"name": media.name}, MOST_ALT_UNITS)
    bubble = {"type": "bubble", "size": "kilo", "body": body, "footer": footer}
    return {"type": "flex", "altText": alt_text, "contents": bubble}


def _size(size: int) -> str:
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{size / 1_000_000:.1f} MB"


def _place(place: Location) -> Json:
    where = {"latitude": place.latitude, "longitude": place.longitude}
    return {"type": "location", "title": place.title, "address": place.address, **where}


def _template(told: Template, message_id: UUID) -> Json:
    contents = json.loads(json.dumps(told.contents))  # its own, to write into
    for number, action in enumerate(choices.postbacks(contents)):
        action["data"] = taps.of_reply(message_id, number)
        action.setdefault("displayText", action["label"])
    if contents["type"] in FLEX:
        return {"type": "flex", "altText": told.alt, "contents": contents}
    return {"type": "template", "altText": told.alt, "template": contents}


def _quick_replies(speech: Speech) -> Iterator[Json]:
    told, number = speech.said, 0
    if isinstance(told, Template):
        number = sum(1 for _action in choices.postbacks(told.contents))
    for reply in told.quick_replies:
        data = taps.of_reply(speech.message_id, number)
        yield {"type": "action", "action": _quick_reply(reply, data)}
        number += reply.is_answer


def _quick_reply(reply: QuickReply, data: str) -> Json:
    if reply.text:
        return {"type": "message", "label": reply.label, "text": reply.text}
    if reply.uri:
        return {"type": "uri", "label": reply.label, "uri": reply.uri}
    if reply.asks:
        return {"type": ASKING[reply.asks], "label": reply.label}
    return {"type": "postback", "label": reply.label, "data": data, "displayText": reply.label}
