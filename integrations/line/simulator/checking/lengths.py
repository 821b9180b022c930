"""The two ways in which the platform counts characters."""

import unicodedata

JOINER = "\u200d"
KEYCAP = "\u20e3"


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """Return how many characters a reader sees: marks, joiners and flags belong to others."""
    count, is_joined, flags = 0, False, 0
    for letter in text:
        flags = flags + 1 if _is_flag(letter) else 0
        is_second = flags and flags % 2 == 0
        count += not (is_joined or is_second or _belongs_to_one_before(letter))
        is_joined = letter == JOINER
    return count


def _belongs_to_one_before(letter: str) -> bool:
    return (
        letter in (JOINER, KEYCAP)
        or unicodedata.category(letter) in {"Mn", "Me", "Mc"}
        or "\ufe00" <= letter <= "\ufe0f"
        or "\U0001f3fb" <= letter <= "\U0001f3ff"
        or "\U000e0020" <= letter <= "\U000e007f"
    )


def _is_flag(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"
