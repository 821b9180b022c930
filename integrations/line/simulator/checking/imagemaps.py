"""Imagemap messages: a picture with areas to tap."""

from integrations.line.simulator.checking.findings import Part

LONGEST_ALTERNATIVE = 1500
WIDTH = 1040


def check_imagemap(message: Part) -> None:
    message.url("baseUrl")
    message.text("altText", LONGEST_ALTERNATIVE)
    size = message.part("baseSize")
    size.number("width", WIDTH, WIDTH)
    size.number("height", 1, 10_000)
    for action in message.parts("actions", 1, 50):
        kind = action.choice("type", ("uri", "message", "clipboard"))
        if kind == "uri":
            action.url("linkUri", schemes=("http", "https", "line", "tel"))
        elif kind == "message":
            action.text("text", 400)
        area = action.part("area")
        for name in ("x", "y", "width", "height"):
            area.number(name, 0, 10_000)
