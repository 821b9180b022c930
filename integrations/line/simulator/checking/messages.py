"""The kinds of messages that an account may send."""

import re
from collections.abc import Callable

from integrations.line.simulator.checking.actions import check_action
from integrations.line.simulator.checking.findings import Part
from integrations.line.simulator.checking.flex import check_flex
from integrations.line.simulator.checking.imagemaps import check_imagemap
from integrations.line.simulator.checking.lengths import utf16_units
from integrations.line.simulator.checking.templates import check_template

LONGEST_TEXT = 5000
MOST_EMOJIS = 20
MOST_QUICK_REPLIES = 13
LONGEST_SENDER = 20
DIGITS = re.compile(r"[0-9]{1,20}")
RESERVED_NAMES = ("line",)


def check_message(message: Part) -> None:
    kind = message.choice("type", tuple(KINDS)) if message.has_object else ""
    if kind:
        KINDS[kind](message)
    if message.has("quickReply"):
        _check_quick_reply(message.part("quickReply"))
    if message.has("sender"):
        _check_sender(message.part("sender"))


def _check_text(message: Part) -> None:
    text = message.text("text", LONGEST_TEXT)
    _check_quote(message)
    if message.has("emojis"):
        for emoji in message.parts("emojis", 0, MOST_EMOJIS):
            emoji.text("productId", 100)
            emoji.text("emojiId", 100)
            _check_place(emoji, text)


def _check_place(emoji: Part, text: str) -> None:
    """An emoji replaces a `$`, found by UTF-16 units."""
    index = emoji.given.get("index")
    encoded = text.encode("utf-16-le", "surrogatepass")
    if type(index) is not int or not 0 <= index < utf16_units(text):
        emoji.refuse("index", "Invalid index")
    elif encoded[2 * index : 2 * index + 2] != "$".encode("utf-16-le"):
        emoji.refuse("index", "The specified character must be $")


def _check_text_v2(message: Part) -> None:
    text = message.text("text", LONGEST_TEXT)
    _check_quote(message)
    bare = text.replace("{{", "").replace("}}", "")
    named = {piece.partition("}")[0] for piece in bare.split("{")[1:]}
    if bare.count("{") != bare.count("}"):
        message.refuse("text", "Unbalanced braces")
    substitution = message.given.get("substitution") or {}
    for name in sorted(named - set(substitution)):
        message.refuse(f"substitution.{name}", "May not be null")


def _check_sticker(message: Part) -> None:
    _check_quote(message)
    for name in ("packageId", "stickerId"):
        found = message.text(name, 20)
        if found and not DIGITS.fullmatch(found):
            message.refuse(name, "Must be a number")


def _check_image(message: Part) -> None:
    message.url("originalContentUrl")
    message.url("previewImageUrl")


def _check_video(message: Part) -> None:
    _check_image(message)
    message.text("trackingId", 100, needed=False)


def _check_audio(message: Part) -> None:
    message.url("originalContentUrl")
    message.number("duration", 1, 1e9)


def _check_location(message: Part) -> None:
    message.text("title", 100)
    message.text("address", 100)
    message.number("latitude", -90, 90)
    message.number("longitude", -180, 180)


def _check_quote(message: Part) -> None:
    if message.has("quoteToken"):
        message.text("quoteToken", 1000)


def _check_quick_reply(reply: Part) -> None:
    for item in reply.parts("items", 1, MOST_QUICK_REPLIES):
        if item.given.get("type", "action") != "action":
            item.refuse("type", "Must be one of the following values: [action]")
        item.url("imageUrl", needed=False)
        check_action(item.part("action"), in_quick_reply=True)


def _check_sender(sender: Part) -> None:
    name = sender.text("name", LONGEST_SENDER, needed=False)
    if any(word in name.lower() for word in RESERVED_NAMES):
        sender.refuse("name", "Contains a word that is not allowed")
    sender.url("iconUrl", needed=False)


KINDS: dict[str, Callable[[Part], None]] = {
    "text": _check_text,
    "textV2": _check_text_v2,
    "sticker": _check_sticker,
    "image": _check_image,
    "video": _check_video,
    "audio": _check_audio,
    "location": _check_location,
    "imagemap": check_imagemap,
    "template": check_template,
    "flex": check_flex,
}
