"""Somebody's phone, as a test holds it: says, sends, unsends, follows, blocks, looks."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2

from integrations.line.simulator.ids import user_id
from integrations.line.simulator.phone.saying import image_set_id
from integrations.line.simulator.platform.visitor import HEADER

if TYPE_CHECKING:
    from tests.integrations.line.account import OfficialAccount

Row = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """What came of something: ids, and the webhook's delivery (None while events are held)."""

    message_id: str
    event_id: str
    reply_token: str
    delivery: Row | None

    @property
    def status(self) -> int:
        """What the webhook answered; 0 without an answer or without a webhook."""
        return int(self.delivery["status"]) if self.delivery else 0


class Phone:
    """One person's chat with one account; `chat` is the id of a group for what is said there."""

    def __init__(self, account: "OfficialAccount", key: str, name: str, chat: str = "") -> None:
        self.account = account
        self.key = key
        self.name = name
        self.chat = chat

    @property
    def user_id(self) -> str:
        return user_id(self.account.provider, self.key)

    def in_group(self, group: "Group") -> "Phone":
        return Phone(self.account, self.key, self.name, group.id)

    # Saying. `how`: at_ms, quotes (a message id), has_user_id, without, and for files
    # ready_seconds, asks_before_ready, transcoding

    def say(self, text: str, *, emojis: list[Row] | None = None, **how: Any) -> Said:
        return self.send(
            {"type": "text", "text": text, **({"emojis": emojis} if emojis else {})}, **how
        )

    def sticker(
        self, package_id: str = "446", sticker_id: str = "1988", *, kind: str = "STATIC", **how: Any
    ) -> Said:
        named = {"packageId": package_id, "stickerId": sticker_id, "stickerResourceType": kind}
        return self.send({"type": "sticker", **named}, **how)

    def location(
        self, latitude: float, longitude: float, *, title: str = "", address: str = "", **how: Any
    ) -> Said:
        named = {"title": title, "address": address}
        place = {"latitude": latitude, "longitude": longitude}
        return self.send(
            {"type": "location", **{k: v for k, v in named.items() if v}, **place}, **how
        )

    def send(self, message: Row, **how: Any) -> Said:
        """Send any message object, also one that nobody knows yet."""
        return self._act("say", message=message, how=how)

    def image(self, data: bytes, *, mime: str = "image/jpeg", **how: Any) -> Said:
        return self._file({"type": "image"}, data, mime, how)

    def images(self, *files: bytes, mime: str = "image/jpeg", **how: Any) -> list[Said]:
        """Send a set of pictures: one message each, with the same `imageSet`."""
        name = image_set_id(f"{self.key}{files!r}")
        return [
            self._file(
                {"type": "image", "imageSet": {"id": name, "index": at, "total": len(files)}},
                data, mime, how,
            )
            for at, data in enumerate(files, 1)
        ]  # fmt: skip

    def video(self, data: bytes = b"mp4", *, duration: int = 60_000, **how: Any) -> Said:
        return self._file({"type": "video", "duration": duration}, data, "video/mp4", how)

    def audio(self, data: bytes = b"m4a", *, duration: int = 3_000, **how: Any) -> Said:
        return self._file({"type": "audio", "duration": duration}, data, "audio/x-m4a", how)

    def file(self, name: str, data: bytes, *, mime: str = "application/pdf", **how: Any) -> Said:
        return self._file({"type": "file", "fileName": name}, data, mime, how)

    # Doing

    def unsend(self, message_id: str) -> Said:
        return self._act("unsend", message_id=message_id)

    def edit(self, message_id: str, text: str, *, at_ms: int = 0) -> Said:
        return self._act("edit", message_id=message_id, text=text, at_ms=at_ms)

    def tap(self, data: str, params: Row | None = None) -> Said:
        """Tap something whose action is a postback."""
        return self._act("tap", data=data, params=params)

    def happen(self, type: str, **parts: Any) -> Said:
        """Any other event: beacon, membership, videoPlayComplete, what is not known yet."""
        return self._act("happen", event={"type": type, **parts})

    def follow(self) -> Said:
        return self._act("follow")

    def block(self) -> Said:
        return self._act("block")

    # Looking

    def look(self) -> Row:
        """The chat as it stands: is_friend, is_blocked, loading_until_ms, bubbles …"""
        path = f"chats/{self.chat or 'own'}?person={self.key}"
        return dict(self.account.call("GET", path))

    def bubbles(self) -> list[Row]:
        """What the account sent, oldest first: the message objects."""
        return [one["message"] for one in self.look()["bubbles"] if not one["author"]]

    def texts(self) -> list[str]:
        return [one["text"] for one in self.bubbles() if one["type"] == "text"]

    # In its browser

    def open(self, path: str, query: dict[str, str]) -> httpx2.Response:
        """Open a page of the platform (the dialogs of access.line.me) as this person."""
        return self.account.http.get(path, params=query, headers={HEADER: self.key})

    def post(self, path: str, form: dict[str, str]) -> httpx2.Response:
        return self.account.http.post(path, data=form, headers={HEADER: self.key})

    def _act(self, deed: str, **parts: Any) -> Said:
        return Said(**self.account.call("POST", f"acts/{deed}", {**self._who, **parts}))

    def _file(self, message: Row, data: bytes, mime: str, how: Row) -> Said:
        act = json.dumps({**self._who, "message": message, "how": how})
        where = f"/line-simulator/api/accounts/{self.account.channel_id}/attachments"
        headers = {"content-type": mime}
        answer = self.account.http.post(where, params={"act": act}, content=data, headers=headers)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return Said(**answer.json())

    @property
    def _who(self) -> Row:
        return {"person": self.key, "chat": self.chat}


class Group:
    def __init__(self, account: "OfficialAccount", id: str, phones: list[Phone]) -> None:
        self.account = account
        self.id = id
        self.phones = [phone.in_group(self) for phone in phones]

    def invite(self) -> Said:
        """Bring the account back in."""
        return self._act("invite")

    def throw_out(self) -> Said:
        return self._act("throw_out")

    def let_in(self, *phones: Phone) -> Said:
        return self._act("let_in", people=[phone.key for phone in phones])

    def let_out(self, *phones: Phone) -> Said:
        return self._act("let_out", people=[phone.key for phone in phones])

    def _act(self, deed: str, **parts: Any) -> Said:
        who = {"person": self.phones[0].key, "chat": self.id}
        return Said(**self.account.call("POST", f"acts/{deed}", {**who, **parts}))
