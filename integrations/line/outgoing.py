"""What an operator may say in LINE beside plain text; checked when it is said, not when it is sent.

A template (`talk.said.Template`) has LINE's own JSON in `contents`: buttons or confirm, or a Flex
bubble or carousel. A tap on one of its postbacks comes back to us whatever its author wrote as
`data` (`integrations.line.choices`). LINE counts short texts in characters as people see them; ours
are counted in code points, which is never more generous.
"""

import re
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from integrations.line import flex, stickers
from integrations.line.flex import BadFlex
from integrations.line.models import LineMessage
from integrations.line.utf16 import units
from talk import said
from talk.errors import Invalid
from talk.said import QuickReply, Said, Sticker, Template

MOST_ALT_UNITS = 1500
MOST_QUICK_REPLIES = 13
MOST_LABEL = 20
MOST_WORDS = 300
MOST_URI = 1000
DIGITS = re.compile(r"[0-9]{1,20}")
FLEX = ("bubble", "carousel")

Label = Annotated[str, Meta(min_length=1, max_length=MOST_LABEL, pattern=r"\S")]


class Action(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    label: Label


class Postback(Action, tag="postback", frozen=True, rename="camel"):
    data: Annotated[str, Meta(max_length=300)] = ""
    display_text: Annotated[str, Meta(max_length=300)] = ""


class Say(Action, tag="message", frozen=True):
    text: Annotated[str, Meta(min_length=1, max_length=300, pattern=r"\S")]


class Link(Action, tag="uri", frozen=True):
    uri: Annotated[str, Meta(max_length=1000)]


AnyAction = Postback | Say | Link


class Buttons(Struct, frozen=True, forbid_unknown_fields=True, tag="buttons", rename="camel"):
    """Up to four below a text: of 160 characters, of 60 with a title or a picture."""

    text: Annotated[str, Meta(min_length=1, max_length=160, pattern=r"\S")]
    actions: Annotated[tuple[AnyAction, ...], Meta(min_length=1, max_length=4)]
    title: Annotated[str, Meta(max_length=40)] = ""
    thumbnail_image_url: Annotated[str, Meta(max_length=2000)] = ""


class Confirm(Struct, frozen=True, forbid_unknown_fields=True, tag="confirm"):
    text: Annotated[str, Meta(min_length=1, max_length=240, pattern=r"\S")]
    actions: Annotated[tuple[AnyAction, ...], Meta(min_length=2, max_length=2)]


def check(inbox_id: UUID, body: str, told: Said) -> None:
    """Raise `Invalid` for what LINE would refuse."""
    if told.quoted is not None:
        _check_quote(body, told)
    if len(told.quick_replies) > MOST_QUICK_REPLIES:
        raise Invalid(
            "data.quick_replies", f"At most {MOST_QUICK_REPLIES}", most=MOST_QUICK_REPLIES
        )
    for number, reply in enumerate(told.quick_replies):
        _check_quick_reply(reply, f"data.quick_replies[{number}]")
    if isinstance(told, Sticker):
        _check_sticker(told)
    if isinstance(told, said.Location):
        _check_location(told)
    if isinstance(told, Template):
        check_template(told.alt, told.contents)


def _check_quote(body: str, told: Said) -> None:
    """Words and stickers quote; what is quoted is what LINE has given a token for."""
    id = told.quoted.message_id if told.quoted else None
    if id is None or not _has_token(id):
        raise Invalid("data.quoted", "LINE does not let this message be quoted")
    if not body.strip() and not isinstance(told, Sticker):
        raise Invalid("data.quoted.alone", "A quote needs words or a sticker")


def _has_token(message_id: UUID) -> bool:
    return LineMessage.objects.filter(message_id=message_id).exclude(quote_token="").exists()


def check_template(alt: str, contents: dict[str, Any]) -> None:
    """Raise `Invalid`; `field` says where it is."""
    if not alt.strip() or units(alt) > MOST_ALT_UNITS:
        raise Invalid("data.alt", f"1 to {MOST_ALT_UNITS} characters")
    if contents.get("type") in FLEX:
        try:
            return flex.check(contents)
        except BadFlex as error:
            raise Invalid(f"data.contents{error.path}", str(error)) from None
    template = _template(contents)
    for number, action in enumerate(template.actions):
        if isinstance(action, Link) and not _opens(action.uri):
            raise Invalid(f"data.contents.actions[{number}].uri", "An https, tel or line address")
    if isinstance(template, Buttons):
        _check_buttons(template)
    return None


def _template(contents: dict[str, Any]) -> Buttons | Confirm:
    try:
        return msgspec.convert(contents, Buttons | Confirm)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$")
        raise Invalid(f"data.contents{path.rstrip('`')}", reason) from None


def _check_buttons(template: Buttons) -> None:
    picture = template.thumbnail_image_url
    if (template.title or picture) and len(template.text) > 60:
        raise Invalid("data.contents.text", "At most 60 characters beside a title or a picture")
    if picture and not picture.startswith("https://"):
        raise Invalid("data.contents.thumbnailImageUrl", "The address begins with https://")


def _check_quick_reply(reply: QuickReply, field: str) -> None:
    if not reply.label.strip() or len(reply.label) > MOST_LABEL:
        raise Invalid(f"{field}.label", f"1 to {MOST_LABEL} characters")
    for name, value in (("text", reply.text), ("data", reply.data)):
        if len(value) > MOST_WORDS:
            raise Invalid(f"{field}.{name}", f"At most {MOST_WORDS} characters", most=MOST_WORDS)
    if reply.text and not reply.text.strip():
        raise Invalid(f"{field}.text", f"1 to {MOST_WORDS} characters")
    if sum(map(bool, (reply.text, reply.uri, reply.asks))) > 1:
        raise Invalid(field, "A quick reply does one thing")
    if reply.uri and (len(reply.uri) > MOST_URI or not _opens(reply.uri)):
        raise Invalid(f"{field}.uri", "An https, tel or line address of at most 1000 characters")


def _check_sticker(sticker: Sticker) -> None:
    for field, value in (("package_id", sticker.package_id), ("sticker_id", sticker.sticker_id)):
        if not DIGITS.fullmatch(value):
            raise Invalid(f"data.{field}", "Digits")
    if not stickers.is_sendable(sticker.package_id, sticker.sticker_id):
        raise Invalid("data.sticker_id", "LINE lets accounts send the stickers of its list alone")


def _check_location(place: said.Location) -> None:
    for field, value in (("title", place.title), ("address", place.address)):
        if not value.strip() or len(value) > 100:
            raise Invalid(f"data.{field}", "1 to 100 characters")


def _opens(uri: str) -> bool:
    parts = urlsplit(uri)
    if parts.scheme in ("https", "http"):
        return bool(parts.hostname) and "@" not in parts.netloc
    return parts.scheme in ("tel", "line") and bool(parts.path or parts.netloc)
