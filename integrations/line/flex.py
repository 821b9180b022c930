"""Flex messages: whether LINE would take a bubble or a carousel, before anybody sends it.

After the component list of the Messaging API reference. Values that only change the look (sizes,
colours) are left to LINE; what makes it refuse the whole message is not.
"""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_noop as _

MOST_BUBBLE_BYTES, MOST_CAROUSEL_BYTES = 30 * 1024, 50 * 1024
MOST_BUBBLES, MOST_DEPTH = 12, 20
Json = dict[str, Any]

_PLACE = "flex margin position offsetTop offsetBottom offsetStart offsetEnd"
_BOX = (
    "layout contents backgroundColor borderColor borderWidth cornerRadius width maxWidth height"
    " maxHeight spacing paddingAll paddingTop paddingBottom paddingStart paddingEnd action"
    " justifyContent alignItems background"
)
_TEXT = "text contents adjustMode size scaling align gravity wrap lineSpacing maxLines weight color"
PROPERTIES = {
    "bubble": "size direction header hero body footer styles action",
    "carousel": "contents",
    "box": f"{_PLACE} {_BOX}",
    "button": f"{_PLACE} action height style color gravity adjustMode scaling",
    "image": f"{_PLACE} url align gravity size aspectRatio aspectMode backgroundColor action"
    " animated",
    "video": "url previewUrl altContent aspectRatio action",
    "icon": f"{_PLACE} url size scaling aspectRatio",
    "text": f"{_PLACE} {_TEXT} action style decoration",
    "span": "text color size weight style decoration",
    "separator": "margin color",
    "filler": "flex",
}
KNOWN = {kind: frozenset(f"type {names}".split()) for kind, names in PROPERTIES.items()}
NEEDED = {
    "box": ("layout", "contents"),
    "button": ("action",),
    "image": ("url",),
    "video": ("url", "previewUrl", "altContent"),
    "icon": ("url",),
    "span": ("text",),
    "carousel": ("contents",),
}
LAYOUTS = ("horizontal", "vertical", "baseline")
IN_BOX = frozenset({"box", "button", "image", "video", "icon", "text", "separator", "filler"})
IN_LINE = frozenset({"icon", "text", "filler", "separator"})
# What stands where in a bubble.
BLOCKS = {
    "header": frozenset({"box"}),
    "hero": frozenset({"box", "image", "video"}),
    "body": frozenset({"box"}),
    "footer": frozenset({"box"}),
}
ACTIONS = {
    "uri": ("uri",),
    "message": ("text",),
    "postback": ("data",),
    "datetimepicker": ("data", "mode"),
    "clipboard": ("clipboardText",),
    "camera": (),
    "cameraRoll": (),
    "location": (),
    "richmenuswitch": ("richMenuAliasId", "data"),
}
SCHEMES = {"https", "http", "tel", "line"}


class BadFlex(ValueError):
    """`path` says where: `.body.contents[2]`. The reason is English, and in the catalogue."""

    def __init__(self, path: str, reason: str, **named: object) -> None:
        super().__init__(reason % named)
        self.path = path
        self.reason = reason
        self.named = named


def check(contents: Json) -> None:
    """Raise `BadFlex` for what LINE would refuse."""
    kind = _kind(contents, "", frozenset({"bubble", "carousel"}))
    if kind == "bubble":
        return _check_bubble(contents, "")
    _check_size(contents, "", MOST_CAROUSEL_BYTES)
    bubbles = _list(contents, "")
    if not 1 <= len(bubbles) <= MOST_BUBBLES:
        raise BadFlex(".contents", _("A carousel has 1 to %(most)s bubbles"), most=MOST_BUBBLES)
    for number, bubble in enumerate(bubbles):
        path = f".contents[{number}]"
        _kind(bubble, path, frozenset({"bubble"}))
        _check_bubble(bubble, path)
    return None


def _check_bubble(bubble: Json, path: str) -> None:
    _check_size(bubble, path, MOST_BUBBLE_BYTES)
    if not any(name in bubble for name in BLOCKS):
        raise BadFlex(path, _("A bubble has at least one of header, hero, body and footer"))
    for name, allowed in BLOCKS.items():
        if name in bubble:
            _check_component(bubble[name], f"{path}.{name}", allowed, 1)
    _check_action(bubble, path)


def _check_component(component: Any, path: str, allowed: frozenset[str], depth: int) -> None:
    kind = _kind(component, path, allowed)
    if depth > MOST_DEPTH:
        raise BadFlex(path, _("Boxes are nested too deep"))
    if kind == "box":
        _check_box(component, path, depth)
    if kind == "text":
        _check_text(component, path)
    if kind == "span":
        _words(component, path)
    for name in ("url", "previewUrl"):
        if name in component:
            _check_picture(component[name], f"{path}.{name}")
    if "altContent" in component:
        within = frozenset({"box", "image"})
        _check_component(component["altContent"], f"{path}.altContent", within, depth + 1)
    _check_action(component, path)


def _check_box(box: Json, path: str, depth: int) -> None:
    if box["layout"] not in LAYOUTS:
        raise BadFlex(f"{path}.layout", _("Expected one of %(names)s"), names=", ".join(LAYOUTS))
    within = IN_LINE if box["layout"] == "baseline" else IN_BOX - {"icon"}
    for number, each in enumerate(_list(box, path)):
        _check_component(each, f"{path}.contents[{number}]", within, depth + 1)


def _check_text(text: Json, path: str) -> None:
    if "contents" not in text:
        return _words(text, path)
    spans = _list(text, path)
    if not spans:
        return _words(text, path)
    for number, each in enumerate(spans):
        _check_component(each, f"{path}.contents[{number}]", frozenset({"span"}), 1)
    return None


def _check_action(component: Json, path: str) -> None:
    if "action" not in component:
        return
    path = f"{path}.action"
    action = component["action"]
    if not isinstance(action, dict) or action.get("type") not in ACTIONS:
        raise BadFlex(
            path, _("An action has one of these types: %(names)s"), names=", ".join(ACTIONS)
        )
    for name in ACTIONS[action["type"]]:
        if not isinstance(action.get(name), str) or not action[name].strip():
            raise BadFlex(f"{path}.{name}", _("This is missing"))
    if component.get("type") == "button" and not str(action.get("label") or "").strip():
        raise BadFlex(f"{path}.label", _("A button has a label"))
    if action["type"] == "uri" and urlsplit(action["uri"]).scheme not in SCHEMES:
        raise BadFlex(f"{path}.uri", _("An address begins with https, http, tel or line"))
    if len(str(action.get("data", ""))) > 300:
        raise BadFlex(f"{path}.data", _("At most 300 characters"))


def _check_picture(url: Any, path: str) -> None:
    if not isinstance(url, str) or not re.fullmatch(r"https://[\x21-\x7e]{3,1992}", url):
        raise BadFlex(path, _("An https address of at most 2000 plain characters"))


def _check_size(contents: Json, path: str, most: int) -> None:
    size = len(json.dumps(contents, ensure_ascii=False).encode())
    if size > most:
        raise BadFlex(path, _("At most %(most)s bytes"), most=most)


def _kind(component: Any, path: str, allowed: frozenset[str]) -> str:
    kind = component.get("type") if isinstance(component, dict) else None
    if not isinstance(kind, str) or kind not in allowed:
        raise BadFlex(path, _("Expected one of %(names)s"), names=", ".join(sorted(allowed)))
    unknown = sorted(component.keys() - KNOWN[kind])
    if unknown:
        raise BadFlex(f"{path}.{unknown[0]}", _("%(kind)s has no such property"), kind=kind)
    for name in NEEDED.get(kind, ()):
        if name not in component:
            raise BadFlex(f"{path}.{name}", _("This is missing"))
    return kind


def _list(component: Json, path: str) -> list[Any]:
    found = component.get("contents")
    if not isinstance(found, list):
        raise BadFlex(f"{path}.contents", _("Expected a list"))
    return found


def _words(text: Json, path: str) -> None:
    if not isinstance(text.get("text"), str) or not text["text"].strip():
        raise BadFlex(f"{path}.text", _("A text has at least one character"))
