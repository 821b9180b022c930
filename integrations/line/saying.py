"""What somebody says in LINE, in the words of `talk.said`. Pure; what is unknown stays so named."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from integrations.line import wire
from integrations.line.utf16 import slice_of, units
from integrations.line.wire import Json
from talk import said
from talk.filenames import clean_name, extension_of
from talk.said import Said

MOST_KEYWORDS = 15
MOST_MENTIONS = 20
LONGEST_URL = 2_000


@dataclass(frozen=True, slots=True)
class Words:
    """A message: the text that people wrote, and what else it is."""

    body: str
    said: Said


def words_of(message: Json) -> Words:
    """Return what a message of a webhook says."""
    kind = wire.text(message, "type")
    read = READERS.get(kind)
    return read(message) if read else Words("", said.Unknown(type=kind[:40]))


def _text(message: Json) -> Words:
    body = wire.text(message, "text")
    emojis = [found for each in wire.objects(message, "emojis") if (found := _emoji(body, each))]
    mentionees = wire.objects(wire.part(message, "mention"), "mentionees")[:MOST_MENTIONS]
    mentions = [named for each in mentionees if (named := _mention(body, each))]
    return Words(body, said.Text(emojis=emojis, mentions=mentions))


def _emoji(body: str, each: Json) -> said.Emoji | None:
    """LINE's emoji stands in the text as `(love)`; what does not lie there is not replaced."""
    at, length = _place(body, each, lambda found: found[:1] == "(" and found[-1:] == ")")
    if length == 0:
        return None
    return said.Emoji(
        at=at,
        length=length,
        product_id=wire.text(each, "productId")[:64],
        emoji_id=wire.text(each, "emojiId")[:64],
    )


def _mention(body: str, each: Json) -> said.Mention | None:
    at, length = _place(body, each, lambda found: found[:1] == "@")
    if length == 0:
        return None
    return said.Mention(
        at=at,
        length=length,
        is_all=wire.text(each, "type") == "all",
        is_self=each.get("isSelf") is True,
        name=slice_of(body, at, length)[1:],
    )


def _place(body: str, each: Json, fits: Callable[[str], bool]) -> tuple[int, int]:
    """Return where it stands, in UTF-16 units: LINE counts so, and if it does not fit in code
    points. Length 0: it stands nowhere.
    """
    at, length = wire.number(each, "index"), wire.number(each, "length")
    if at is None or not length:
        return 0, 0
    if fits(slice_of(body, at, length)):
        return at, length
    if fits(found := body[at : at + length]) and len(found) == length:
        return units(body[:at]), units(found)
    return 0, 0


def _sticker(message: Json) -> Words:
    keywords = message.get("keywords")
    known = keywords if isinstance(keywords, list) else []
    sticker = said.Sticker(
        package_id=wire.text(message, "packageId")[:40],
        sticker_id=wire.text(message, "stickerId")[:40],
        resource_type=wire.text(message, "stickerResourceType")[:40],
        text=wire.text(message, "text")[:1_000],
        keywords=[each[:40] for each in known if isinstance(each, str)][:MOST_KEYWORDS],
    )
    return Words("", sticker)


def _location(message: Json) -> Words:
    latitude, longitude = _degrees(message, "latitude"), _degrees(message, "longitude")
    if latitude is None or longitude is None:
        return Words("", said.Unknown(type="location"))
    place = said.Location(
        latitude=latitude,
        longitude=longitude,
        title=wire.text(message, "title")[:1_000],
        address=wire.text(message, "address")[:1_000],
    )
    return Words("", place)


def _degrees(message: Json, name: str) -> float | None:
    found = message.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or abs(found) > 180:
        return None
    return float(found)


def _image(message: Json) -> Words:
    return Words("", said.Image(album=_album(message), **_media(message)))


def _video(message: Json) -> Words:
    return Words("", said.Video(duration_ms=wire.number(message, "duration"), **_media(message)))


def _audio(message: Json) -> Words:
    return Words("", said.Audio(duration_ms=wire.number(message, "duration"), **_media(message)))


def _file(message: Json) -> Words:
    given = wire.text(message, "fileName")
    name = clean_name(given, extension_of(given) or "bin")
    size = wire.number(message, "fileSize")
    return Words("", said.File(**{**_media(message), "name": name, "size": size}))


def _media(message: Json) -> dict[str, Any]:
    """Where somebody else has the file, it is a link for people: we never ask for it."""
    provider = wire.part(message, "contentProvider")
    if wire.text(provider, "type") != "external":
        return {"state": "coming"}
    url = wire.text(provider, "originalContentUrl")
    return {"state": "external", "url": url if is_web_address(url) else ""}


def is_web_address(url: str) -> bool:
    return url.startswith(("https://", "http://")) and len(url) <= LONGEST_URL


def _album(message: Json) -> said.Album | None:
    """Old phones tell neither which of how many it is; some tell an album of one."""
    told = wire.part(message, "imageSet")
    id = wire.text(told, "id")[:100]
    if not id:
        return None
    return said.Album(id=id, index=wire.number(told, "index"), total=wire.number(told, "total"))


READERS: Final[dict[str, Callable[[Json], Words]]] = {
    "text": _text,
    "sticker": _sticker,
    "location": _location,
    "image": _image,
    "video": _video,
    "audio": _audio,
    "file": _file,
}
