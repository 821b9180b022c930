"""Flex messages: bubbles of boxes, texts, images and buttons."""

from collections.abc import Callable

from integrations.line.simulator.checking.actions import check_action
from integrations.line.simulator.checking.findings import Part

LONGEST_ALTERNATIVE = 1500
MOST_BUBBLES = 12
MOST_BYTES = 50_000
DEEPEST = 10
SIZES = ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga")
BLOCKS = ("header", "hero", "body", "footer")
LAYOUTS = ("horizontal", "vertical", "baseline")
LONGEST_TEXT = 2000


def check_flex(message: Part) -> None:
    message.text("altText", LONGEST_ALTERNATIVE)
    contents = message.part("contents")
    if not contents.has_object:
        return
    if contents.choice("type", ("bubble", "carousel")) == "carousel":
        for bubble in contents.parts("contents", 1, MOST_BUBBLES):
            _check_bubble(bubble)
    elif contents.given.get("type") == "bubble":
        _check_bubble(contents)


def _check_bubble(bubble: Part) -> None:
    if bubble.choice("type", ("bubble",)) == "":
        return
    if bubble.has("size"):
        bubble.choice("size", SIZES)
    blocks = [name for name in BLOCKS if bubble.has(name)]
    if not blocks:
        bubble.refuse("", "At least one block must be specified")
    for name in blocks:
        _check_component(
            bubble.part(name), ("box", "image", "video") if name == "hero" else ("box",), 1
        )
    if bubble.has("action"):
        check_action(bubble.part("action"), needs_label=False)


def _check_component(part: Part, among: tuple[str, ...], depth: int) -> None:
    kind = part.choice("type", among) if part.has_object else ""
    if not kind:
        return
    if depth > DEEPEST:
        part.refuse("", "Nested too deeply")
        return
    if kind == "box":
        _check_box(part, depth)
    elif kind in KINDS:
        KINDS[kind](part)
    if part.has("action"):
        check_action(part.part("action"), needs_label=kind == "button")


def _check_box(part: Part, depth: int) -> None:
    layout = part.choice("layout", LAYOUTS)
    among = IN_BASELINE if layout == "baseline" else IN_BOX
    contents = part.given.get("contents")
    if not isinstance(contents, list):
        part.refuse("contents", "May not be null")
        return
    for component in part.parts("contents", 0, 1000):
        _check_component(component, among, depth + 1)


def _check_text(part: Part) -> None:
    if part.has("contents"):
        for span in part.parts("contents", 1, 100):
            span.choice("type", ("span",))
    else:
        part.text("text", LONGEST_TEXT)


def _check_button(part: Part) -> None:
    if not part.has("action"):
        part.refuse("action", "May not be null")
    if part.has("style"):
        part.choice("style", ("primary", "secondary", "link"))


def _check_image(part: Part) -> None:
    part.url("url")


def _check_video(part: Part) -> None:
    part.url("url")
    part.url("previewUrl")
    _check_component(part.part("altContent"), ("box", "image"), 1)


KINDS: dict[str, Callable[[Part], None]] = {
    "text": _check_text,
    "button": _check_button,
    "image": _check_image,
    "icon": _check_image,
    "video": _check_video,
}
IN_BASELINE = ("text", "icon", "filler", "span")
IN_BOX = ("box", "button", "image", "text", "separator", "filler", "spacer", "video")
