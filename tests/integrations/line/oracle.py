"""LINE's own schema, as its official SDK has it: would LINE understand what we send?

`from_dict` refuses unknown kinds and missing parts; a property that it does not know it drops, so
what it makes of a payload is compared with the payload.
"""

import json
from collections.abc import Iterable
from typing import Any

from linebot.v3.messaging import PushMessageRequest, ReplyMessageRequest

Json = dict[str, Any]
OF_THE_SDK = {"notificationDisabled": False}


def check_push(body: Json) -> None:
    _check(PushMessageRequest.from_dict(body), body)


def check_reply(body: Json) -> None:
    _check(ReplyMessageRequest.from_dict(body), body)


def check_all(lines: Iterable[str]) -> int:
    """Check what `serving` wrote down; return how much it was."""
    sent = [json.loads(line) for line in lines]
    for path, body in sent:
        CHECKS[path](body)
    return len(sent)


def check_messages(messages: list[Json]) -> None:
    """Check message objects as a push would carry them."""
    check_push({"to": "U" + "a1" * 16, "messages": messages})


def _check(parsed: Any, body: Json) -> None:
    made = parsed.to_dict()
    assert _plain(made) == _plain({**OF_THE_SDK, **body})


def _plain(value: Any) -> Any:
    """Leave out what the SDK writes down of what was not said: nulls, and what is off anyway."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if each not in (None, False)}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


CHECKS = {"/v2/bot/message/push": check_push, "/v2/bot/message/reply": check_reply}
