"""What the simulated platform knows: accounts, people, chats, what was said in them."""

from typing import Any, Literal

from msgspec import Struct, field

from integrations.line.simulator.clock import Clock

ChatKind = Literal["user", "group", "room"]


class Webhook(Struct):
    url: str = ""
    is_active: bool = True
    redelivers: bool = False
    is_held: bool = False
    """Events wait until they are released, in any order, in any number of copies."""
    timeout_seconds: float = 2
    redelivery_seconds: tuple[float, ...] = (2, 10, 30, 60)


class Quota(Struct):
    limit: int | None = 200
    """Messages a month; None is a plan without a limit."""
    used: int = 0
    reserved: int = 0
    """What a broadcast under way has taken for itself."""


class Fault(Struct):
    """What goes wrong with the next calls of one kind."""

    path: str
    """The beginning of "METHOD /path"; `*` is any call."""
    kind: str
    times: int = 1
    seconds: float = 0
    status: int = 500
    message: str = ""


class Account(Struct):
    """An official account with its Messaging API channel."""

    channel_id: str
    secret: str
    provider: str
    name: str
    bot_user_id: str
    basic_id: str
    kind: Literal["messaging", "login"] = "messaging"
    callback_urls: list[str] = field(default_factory=list)
    """Of a Login channel, as its console registers them."""
    linked_channel: str = ""
    """The Messaging API channel that a Login channel offers as a friend."""
    picture_url: str = ""
    chat_mode: Literal["bot", "chat"] = "chat"
    read_mode: Literal["auto", "manual"] = "manual"
    mode: Literal["active", "standby"] = "active"
    """The mode of its events: standby while another module answers."""
    webhook: Webhook = field(default_factory=Webhook)
    quota: Quota = field(default_factory=Quota)
    clock: Clock = field(default_factory=Clock)
    faults: list[Fault] = field(default_factory=list)
    is_verified: bool = False
    """Whether it may ask who its friends are."""
    former_secret: str = ""
    default_rich_menu: str = ""


class Person(Struct):
    """Somebody with a phone."""

    key: str
    name: str
    picture_url: str = ""
    status_message: str = ""
    language: str = "ja"
    has_profile: bool = True
    """False: profiles are refused with 404, as of one who did not consent."""


class Bubble(Struct):
    """One message in a chat."""

    id: str
    author: str
    """The key of a person; "" is the official account."""
    at_ms: int
    message: dict[str, Any]
    """The object of the webhook, or of the call that sent it."""
    quote_token: str = ""
    read_token: str = ""
    via: str = ""
    """reply, push, multicast …: how the account sent it."""
    request_id: str = ""
    is_unsent: bool = False
    is_edited: bool = False
    is_read: bool = False


class Chat(Struct):
    channel_id: str
    id: str
    """U…, C… or R…: what calls name in `to`."""
    kind: ChatKind
    members: list[str] = field(default_factory=list)
    """Keys of people."""
    name: str = ""
    is_friend: bool = False
    is_blocked: bool = False
    has_left: bool = False
    """The account was thrown out of the group, or went."""
    last_said_ms: int = 0
    loading_until_ms: int = 0
    rich_menu: str = ""
    seen: dict[str, int] = field(default_factory=dict)
    """How many of its bubbles each person has seen."""
    bubbles: list[Bubble] = field(default_factory=list)

    def bubble(self, message_id: str) -> Bubble | None:
        return next((one for one in self.bubbles if one.id == message_id), None)


class Content(Struct):
    """The file of an image, a video, an audio message or a file."""

    channel_id: str
    kind: str
    mime: str
    data: bytes
    preview: bytes = b""
    ready_at: float = 0
    """In the account's time; 202 before."""
    asks_before_ready: int = 0
    """So many times more 202 is answered."""
    transcoding: str = "succeeded"
    is_external: bool = False
    is_gone: bool = False


class ReplyToken(Struct):
    chat_id: str
    event_at_ms: int
    received_at: float = 0
    is_used: bool = False


class Token(Struct):
    channel_id: str
    until: float
    is_revoked: bool = False


class Accepted(Struct):
    """What was answered to a call with a retry key."""

    request_id: str
    until: float
    sent: list[dict[str, str]]
