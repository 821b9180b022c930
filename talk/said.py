"""What is said besides words: `Message.data`, by its `kind`. Without one it is text.

Sentences are made where they are read, in the reader's language: here are codes, numbers, and what
people wrote. Places in a text are counted in UTF-16 units, as browsers count them.
"""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec import Struct

State = Literal["coming", "here", "failed", "external"]


class Part(Struct, frozen=True, omit_defaults=True):
    pass


class Emoji(Part, frozen=True, omit_defaults=True):
    """A picture in place of `length` units of the text."""

    at: int
    length: int
    product_id: str = ""
    emoji_id: str = ""


class Mention(Part, frozen=True, omit_defaults=True):
    at: int
    length: int
    is_all: bool = False
    is_self: bool = False
    name: str = ""


class Album(Part, frozen=True, omit_defaults=True):
    """Pictures that were sent together; they may come in any order, and not all of them."""

    id: str
    index: int | None = None
    total: int | None = None


class Quoted(Part, frozen=True, omit_defaults=True):
    """The message that is answered; null when it is none of the conversation's known ones."""

    message_id: UUID | None = None


class Author(Part, frozen=True, omit_defaults=True):
    """Who of a group said it."""

    name: str
    picture: str = ""


class QuickReply(Part, frozen=True, omit_defaults=True):
    """A button under the message: it says its `text`, opens its `uri`, or asks the phone for
    something; without any of them it is an answer, which hands back its `data`.
    """

    label: str
    text: str = ""
    data: str = ""
    uri: str = ""
    asks: Literal["", "location", "camera", "album"] = ""

    @property
    def is_answer(self) -> bool:
        return not (self.text or self.uri or self.asks)


class Said(Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="kind"):
    """What all kinds have.

    `after_seq` is there when the message came late: its place is after that message, among others
    that came late in the order in which they were said (`created_at`).
    """

    quoted: Quoted | None = None
    author: Author | None = None
    is_edited: bool = False
    after_seq: int | None = None
    quick_replies: list[QuickReply] = []


class Text(Said, frozen=True, omit_defaults=True, tag="text"):
    emojis: list[Emoji] = []
    mentions: list[Mention] = []


class Sticker(Said, frozen=True, omit_defaults=True, tag="sticker"):
    """`text` is what a message sticker says."""

    package_id: str
    sticker_id: str
    resource_type: str = ""
    text: str = ""
    keywords: list[str] = []


class Media(Said, frozen=True, omit_defaults=True):
    """A file: in the message's attachments when it is `here`.

    `preview_id` names the attachment that is only its picture. `url` is where an `external` one
    lies: a link for people, never fetched by us. `why` it has failed is a code (`WHYS`).
    """

    state: State
    album: Album | None = None
    duration_ms: int | None = None
    name: str = ""
    size: int | None = None
    url: str = ""
    preview_id: UUID | None = None
    why: str = ""


WHYS = frozenset({"expired", "gone", "too_large", "transcoding", "unreachable"})


class Image(Media, frozen=True, omit_defaults=True, tag="image"):
    pass


class Video(Media, frozen=True, omit_defaults=True, tag="video"):
    pass


class Audio(Media, frozen=True, omit_defaults=True, tag="audio"):
    pass


class File(Media, frozen=True, omit_defaults=True, tag="file"):
    pass


class Location(Said, frozen=True, omit_defaults=True, tag="location"):
    latitude: float
    longitude: float
    title: str = ""
    address: str = ""


class Postback(Said, frozen=True, omit_defaults=True, tag="postback"):
    """A button was pressed: `label` is what stood on it, `question` what it answers."""

    data: str = ""
    label: str = ""
    question: str = ""
    params: dict[str, str] = {}


class Template(Said, frozen=True, omit_defaults=True, tag="template"):
    """A message with buttons in the channel's own form; `alt` says it where that is not shown."""

    alt: str
    contents: dict[str, Any]


class Follow(Said, frozen=True, omit_defaults=True, tag="follow"):
    is_back: bool = False


class Unfollow(Said, frozen=True, omit_defaults=True, tag="unfollow"):
    pass


class Unknown(Said, frozen=True, omit_defaults=True, tag="unknown"):
    """What this version knows nothing of; `type` is the channel's word for it."""

    type: str = ""


class Unsent(Said, frozen=True, omit_defaults=True, tag="unsent"):
    """Taken back by its sender: only its place is left."""


AnySaid = (
    Text
    | Sticker
    | Image
    | Video
    | Audio
    | File
    | Location
    | Postback
    | Template
    | Follow
    | Unfollow
    | Unknown
    | Unsent
)
PARTS: tuple[type[Struct], ...] = (Emoji, Mention, Album, Quoted, Author, QuickReply)
KINDS: tuple[type[Said], ...] = AnySaid.__args__


def read(data: Mapping[str, Any]) -> AnySaid:
    """Return what `data` says; raise `msgspec.ValidationError`. Without a kind it is text."""
    told: AnySaid = msgspec.convert({"kind": "text", **data}, AnySaid)
    return told


def plain(said: Said) -> dict[str, Any]:
    """Return the `data` to store; plain text has none."""
    data: dict[str, Any] = msgspec.to_builtins(said)
    return data if len(data) > 1 or data["kind"] != "text" else {}
