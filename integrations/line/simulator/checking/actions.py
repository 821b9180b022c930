"""What happens on a tap."""

from integrations.line.simulator.checking.findings import Part

KINDS = ("postback", "message", "uri", "datetimepicker", "clipboard", "richmenuswitch")
ON_PHONES = ("camera", "cameraRoll", "location")
LINKS = ("http", "https", "line", "tel")
LONGEST_LABEL = 20


def check_action(
    action: Part,
    *,
    in_quick_reply: bool = False,
    needs_label: bool = True,
    longest: int = LONGEST_LABEL,
) -> None:
    """Check an action; labels are counted as readers count."""
    if not action.has_object:
        return
    kind = action.choice("type", KINDS + (ON_PHONES if in_quick_reply else ()))
    action.text("label", longest, needed=needs_label, by_grapheme=True)
    _check_kind(action, kind)


def _check_kind(action: Part, kind: str) -> None:
    if kind in {"postback", "datetimepicker", "richmenuswitch"}:
        action.text("data", 300)
    if kind == "postback":
        action.text("displayText", 300, needed=False, by_grapheme=True)
        action.text("fillInText", 300, needed=False, by_grapheme=True)
    elif kind == "message":
        action.text("text", 300, by_grapheme=True)
    elif kind == "uri":
        _check_uri(action)
    elif kind == "datetimepicker":
        action.choice("mode", ("date", "time", "datetime"))
    elif kind == "clipboard":
        action.text("clipboardText", 1000)
    elif kind == "richmenuswitch":
        action.text("richMenuAliasId", 32)


def _check_uri(action: Part) -> None:
    found = action.text("uri", 1000)
    if found and not found.startswith(tuple(f"{scheme}:" for scheme in LINKS)):
        action.refuse("uri", "invalid uri scheme")
