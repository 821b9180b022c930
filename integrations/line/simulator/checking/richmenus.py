"""Rich menus and their pictures."""

from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

from integrations.line.simulator.checking.actions import check_action
from integrations.line.simulator.checking.findings import Findings, Part
from integrations.line.simulator.web import Refused

LEAST_RATIO = 1.45
MOST_BYTES = 1024 * 1024
MOST_AREAS = 20
LONGEST_BAR = 14
MIMES = {"image/jpeg": "JPEG", "image/png": "PNG"}


def check_rich_menu(body: dict[str, Any]) -> None:
    """Refuse a menu with all that is wrong with it."""
    findings = Findings()
    menu = Part(body, "", findings)
    size = menu.part("size")
    size.number("width", 800, 2500)
    size.number("height", 250, 2500)
    menu.text("name", 300)
    menu.text("chatBarText", LONGEST_BAR, by_grapheme=True)
    if type(menu.given.get("selected")) is not bool:
        menu.refuse("selected", "May not be null")
    for area in menu.parts("areas", 0, MOST_AREAS):
        _check_area(area, size)
    findings.raise_if_any()
    if body["size"]["width"] / body["size"]["height"] < LEAST_RATIO:
        raise Refused(400, "The aspect ratio (width / height) must be 1.45 or more")


def _check_area(area: Part, size: Part) -> None:
    bounds = area.part("bounds")
    for name, limit in (("x", "width"), ("width", "width"), ("y", "height"), ("height", "height")):
        bounds.number(name, 0, 2500)
        most = size.given.get(limit)
        if isinstance(most, int) and isinstance(bounds.given.get(name), int):
            bounds.number(name, 0, most)
    check_action(area.part("action"), needs_label=False)


def check_picture(mime: str, data: bytes, menu: dict[str, Any]) -> None:
    """Refuse a picture of another kind, weight or size than the menu's."""
    if mime not in MIMES:
        raise Refused(415, "Unsupported Media Type")
    if len(data) > MOST_BYTES:
        raise Refused(413, "Request Entity Too Large")
    try:
        with Image.open(BytesIO(data), formats=[MIMES[mime]]) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, OSError):
        raise Refused(400, "The image could not be read") from None
    if (width, height) != (menu["size"]["width"], menu["size"]["height"]):
        raise Refused(400, "Image size is different from the size of the rich menu")
