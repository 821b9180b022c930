"""Text as LINE counts it: in UTF-16 units, five thousand to a bubble."""

import re
import unicodedata

from integrations.line.utf16 import units

BUBBLE_UNITS = 5000
# Where a text that is too long is cut, in the order of liking.
_ENDS = tuple(
    map(re.compile, (r"\n[^\S\n]*\n", r"\n", r"[。．！？!?…]+[」』）)】]*", r"[、，,;；]|\s"))
)
_ZWJ, _KEYCAP = "\u200d", "\u20e3"
_CLINGING = {"Mn", "Me", "Mc"}
_SOUND_MARKS = "\uff9e\uff9f"  # of half-width kana


def head_of(text: str, most: int) -> str:
    """Return as much of the beginning as has at most so many units, no character broken."""
    if units(text) <= most:
        return text
    raw = text.encode("utf-16-le")[: most * 2]
    return raw.decode("utf-16-le", errors="ignore")


def bubbles(text: str, most: int = BUBBLE_UNITS) -> list[str]:
    """Split a text into bubbles, at the ends of paragraphs, lines or sentences where there are any.

    What fits is left as it is; where it is cut, empty lines go, and nothing else.
    """
    found = []
    while units(text) > most:
        at = _cut(text, most)
        found.append(text[:at].rstrip("\n"))
        text = text[at:].lstrip("\n")
    return [each for each in [*found, text] if each.strip()]


def shortened(text: str, most: int) -> str:
    """Return the text, or its beginning and an ellipsis."""
    if units(text) <= most:
        return text
    return text[: _whole(text, len(head_of(text, most - 1)))].rstrip() + "…"


def _cut(text: str, most: int) -> int:
    """Return where the first bubble ends: in its second half, or bubbles would be crumbs."""
    last = len(head_of(text, most))
    if text[last : last + 1] == "\n":
        return last
    for end in _ENDS:
        ends = [found.end() for found in end.finditer(text, 0, last)]
        if ends and ends[-1] >= last // 2:
            return ends[-1]
    return _whole(text, last)


def _whole(text: str, at: int) -> int:
    """Step back out of a character that is made of several: a flag, a family, a letter's accent."""
    start = at
    while at > 0 and start - at < 40 and _clings(text, at):
        at -= 1
    return at if at > 0 and not _clings(text, at) else start


def _clings(text: str, at: int) -> bool:
    if at >= len(text):
        return False
    before, after = text[at - 1], text[at]
    if _is_flag(after):
        return _flags_before(text, at) % 2 == 1
    is_mark = unicodedata.category(after) in _CLINGING or after in _SOUND_MARKS
    is_tone = "\U0001f3fb" <= after <= "\U0001f3ff"
    return before == _ZWJ or after in (_ZWJ, _KEYCAP) or is_mark or is_tone


def _is_flag(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> int:
    count = 0
    while count < at and _is_flag(text[at - 1 - count]):
        count += 1
    return count
