"""Template messages: buttons, confirm, carousels."""

from integrations.line.simulator.checking.actions import check_action
from integrations.line.simulator.checking.findings import Part

LONGEST_ALTERNATIVE = 1500
KINDS = ("buttons", "confirm", "carousel", "image_carousel")


def check_template(message: Part) -> None:
    message.text("altText", LONGEST_ALTERNATIVE)
    template = message.part("template")
    kind = template.choice("type", KINDS) if template.has_object else ""
    if kind == "buttons":
        _check_column(template, most_text=160, most_short_text=60, most_actions=4)
    elif kind == "confirm":
        template.text("text", 240, by_grapheme=True)
        for action in template.parts("actions", 2, 2):
            check_action(action)
    elif kind == "carousel":
        _check_carousel(template)
    elif kind == "image_carousel":
        for column in template.parts("columns", 1, 10):
            column.url("imageUrl")
            check_action(column.part("action"), needs_label=False, longest=12)


def _check_carousel(template: Part) -> None:
    columns = template.parts("columns", 1, 10)
    for column in columns:
        _check_column(column, most_text=120, most_short_text=60, most_actions=3)
    counts = {len(column.given.get("actions") or []) for column in columns}
    if len(counts) > 1:
        template.refuse("columns", "The number of actions must be the same in all columns")


def _check_column(part: Part, *, most_text: int, most_short_text: int, most_actions: int) -> None:
    part.url("thumbnailImageUrl", needed=False)
    part.text("title", 40, needed=False, by_grapheme=True)
    is_short = part.has("thumbnailImageUrl") or part.has("title")
    part.text("text", most_short_text if is_short else most_text, by_grapheme=True)
    for action in part.parts("actions", 1, most_actions):
        check_action(action)
    if part.has("defaultAction"):
        check_action(part.part("defaultAction"), needs_label=False)
