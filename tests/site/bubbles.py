"""A conversation in LINE with everything that can be said there, as the console shows it.

Without LINE: what its integration tells `talk` is told here (`hand.do("bubbles.talk")`).
"""

import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from customers.actions import create_visitor_profile
from customers.actions.traits import tell_traits
from talk import store
from talk.actions import channel_messages, channel_state, received_files
from talk.channel_states import ConversationChannel, InboxChannel, Quota
from talk.models import Delivery, Inbox, Operator, Team
from talk.store import NewMessage

MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 64
M4A = b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42" + b"\0" * 64


def talk(name: str = "山田 花子") -> dict[str, str]:
    """Make an inbox that all teams see, and a conversation of one customer in it."""
    inbox = Inbox.objects.create(kind=Inbox.Kind.LINE, name="LINE公式アカウント", color="#06c755")
    for team in Team.objects.all():
        team.inboxes.add(inbox)
    profile = create_visitor_profile(locale="ja")
    tell_traits(profile.id, {"name": name}, source="site")
    place = {"inbox": str(inbox.id), "profile": str(profile.id)}
    id = hear(place, "こんにちは。先日の注文のことで相談です")["conversation"]
    return {**place, "conversation": id}


def hear(place: dict[str, str], body: str = "", **data: Any) -> dict[str, str]:
    """Let the customer say something now."""
    rows = channel_messages.receive(
        UUID(place["inbox"]),
        UUID(place["profile"]),
        client_id=uuid4(),
        body=body,
        data=data,
        said_at=timezone.now(),
    )
    return {"conversation": str(rows.conversation.id), "message": str(rows.message.id)}


def say(
    place: dict[str, str], body: str = "", state: str = "accepted", reason: str = "", **data: Any
) -> str:
    """Let the operator of the demo answer, and the channel do as it is told."""
    operator = Operator.objects.get(email="operator@demo.example")
    message = NewMessage(
        conversation_id=UUID(place["conversation"]),
        sender="operator",
        operator_id=operator.id,
        client_id=uuid4(),
        body=body,
        data=data,
    )
    with transaction.atomic():
        store.write([message])
        settled = {"state": state, "reason": reason, "due_at": None}
        Delivery.objects.filter(message_id=message.id).update(**settled)
    return str(message.id)


def attach(place: dict[str, str], message: str, kind: str = "image", **data: Any) -> bool:
    """Let the file of a message arrive."""
    content = {"image": _picture, "video": lambda: MP4, "audio": lambda: M4A}[kind]()
    file = received_files.keep(
        UUID(place["inbox"]), UUID(place["profile"]), [content], name="", largest_bytes=1_000_000
    )
    here = {"kind": kind, "state": "here", **data}
    return channel_messages.attach(UUID(message), (file.id,), here)


def take_back(message: str) -> bool:
    return channel_messages.unsend(UUID(message))


def note(place: dict[str, str], **data: Any) -> None:
    channel_messages.note_line(UUID(place["conversation"]), data)


def stand(place: dict[str, str], *, free_seconds: int = 0, days: float = 0, **state: Any) -> None:
    """Tell how the channel stands for this customer."""
    now = timezone.now()
    free = (now + timedelta(seconds=free_seconds)).isoformat() if free_seconds else None
    until = (now + timedelta(days=days)).isoformat() if days else None
    told = ConversationChannel(free_until=free, push_until=until, **state)
    channel_state.tell_conversation(UUID(place["conversation"]), told)


def spend(place: dict[str, str], used: int, limit: int | None) -> None:
    quota = Quota(used=used, limit=limit, at=timezone.now().isoformat())
    channel_state.tell_inbox(UUID(place["inbox"]), InboxChannel(quota=quota))


def everything(place: dict[str, str]) -> None:
    """Say all that there is to say."""
    hear(
        place,
        "届いた箱がつぶれていました🍎(love)😢 @Sobani さん",
        emojis=[{"at": 15, "length": 6}],
        mentions=[{"at": 24, "length": 7, "is_self": True}],
    )
    first = hear(place, "", kind="sticker", package_id="446", sticker_id="1988", text="Let's go")
    hear(
        place,
        "",
        kind="sticker",
        package_id="1",
        sticker_id="52002734",
        keywords=["うれしい", "やった", "笑顔"],
    )
    for index in (2, 1, 3):
        album = {"id": "set", "index": index, "total": 4}
        one = hear(place, "", kind="image", state="coming", album=album)
        if index < 3:
            attach(place, one["message"], album=album)
    hear(place, "", kind="video", state="coming", duration_ms=4_000)
    attach(place, hear(place, "", kind="audio", state="coming")["message"], "audio")
    hear(place, "", kind="file", state="coming", name="見積書.pdf", size=241_152)
    hear(place, "", kind="file", state="failed", name="動画の説明.zip", why="too_large")
    hear(place, "", kind="image", state="external", url="https://photos.example/box.jpg")
    say(
        place,
        "ご不便をおかけして申し訳ございません。お写真を確認いたします。",
        quoted={"message_id": first["message"]},
    )
    hear(
        place,
        "",
        kind="location",
        latitude=35.65910,
        longitude=139.70354,
        title="受け取り場所",
        address="東京都渋谷区道玄坂2丁目",
    )
    hear(place, "", kind="location", latitude=35.68123, longitude=139.76712)
    hear(place, "", kind="postback", label="はい、交換を希望", question="交換しますか？")
    hear(place, "", kind="unknown", type="hologram")
    take_back(hear(place, "間違えました、忘れてください")["message"])
    note(place, code="blocked")
    note(place, code="back")
    say(
        place,
        "交換品をお送りします。ご都合はいかがですか。",
        quick_replies=[{"label": "今日", "text": "今日"}, {"label": "明日", "text": "明日"}],
    )
    contents = {
        "type": "confirm",
        "text": "住所はこちらでよろしいですか？",
        "actions": [
            {"type": "postback", "label": "はい"},
            {"type": "postback", "label": "変更する"},
        ],
    }
    say(place, "", kind="template", alt="住所の確認", contents=contents)
    say(place, "よろしくお願いいたします。", "failed", "quota")
    say(place, "念のためもう一度お送りします。", "unknown", "unknown_outcome")
    hear(place, "明日でお願いします")


def _picture() -> bytes:
    picture = Image.new("RGB", (640, 480), "#d8b48a")
    draw = ImageDraw.Draw(picture)
    draw.polygon([(120, 180), (320, 120), (520, 190), (500, 400), (140, 390)], fill="#a9773f")
    draw.line([(120, 180), (330, 240), (520, 190)], fill="#6d4a24", width=8)
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()
