"""Webhooks made by hand: what LINE's documents describe, and what they only announce."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

Event = dict[str, Any]
SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
U_A, U_B = "U" + "a1" * 16, "U" + "b2" * 16
GROUP, ROOM = "C" + "c3" * 16, "R" + "d4" * 16
AT = 1786000000001
"""2026-08-06T07:06:40.001Z"""
_numbers: Iterator[int] = count(1)


def user(id: str = U_A) -> Event:
    return {"type": "user", "userId": id}


def group(user_id: str = U_A, id: str = GROUP) -> Event:
    return {"type": "group", "groupId": id, **({"userId": user_id} if user_id else {})}


def room(user_id: str = U_A) -> Event:
    return {"type": "room", "roomId": ROOM, "userId": user_id}


def event(type: str, *, source: Event | None = None, at: int = AT, **more: Any) -> Event:
    """An event of a new id; `replyToken` and the like in `more`, None takes a member away."""
    number = next(_numbers)
    base = {
        "type": type,
        "mode": "active",
        "timestamp": at,
        "source": user() if source is None else source,
        "webhookEventId": f"01H{number:023d}",
        "deliveryContext": {"isRedelivery": False},
    }
    return {name: value for name, value in {**base, **more}.items() if value is not None}


def message(
    kind: str, *, id: str = "", source: Event | None = None, at: int = AT, **more: Any
) -> Event:
    """A message event; `more` are members of the message."""
    number = next(_numbers)
    said = {"id": id or str(500000000000000000 + number), "type": kind, **more}
    token = f"{number:032x}"
    return event("message", source=source, at=at, replyToken=token, message=said)


def text(body: str, **more: Any) -> Event:
    return message("text", text=body, quoteToken="q" * 40, markAsReadToken="r" * 40, **more)


def image(**more: Any) -> Event:
    return message("image", **{"contentProvider": {"type": "line"}, **more})


def unsend(line_id: str, *, source: Event | None = None, at: int = AT + 60_000) -> Event:
    return event("unsend", source=source, at=at, unsend={"messageId": line_id})


def body_of(destination: str, *events: Event) -> bytes:
    webhook = {"destination": destination, "events": list(events)}
    return json.dumps(webhook, ensure_ascii=False, separators=(",", ":")).encode()
