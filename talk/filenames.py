"""Names of files from outside: shown and offered for saving, never used as a path."""

import re
import unicodedata

LONGEST = 120
FORBIDDEN = re.compile(r'[<>:"/\\|?*;%\x00-\x1f\x7f]')
# Invisible and direction-changing characters, surrogates, and what has no meaning (yet).
HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|clock\$)", re.IGNORECASE)


def clean_name(name: str, extension: str) -> str:
    """Return a name that is harmless on every system and ends in `.extension`.

    Only the last part of a path is kept. The extension is the one that fits the bytes, so
    `invoice.png` that is a PDF becomes `invoice.pdf`.
    """
    last = re.split(r"[/\\]", name.replace("\0", ""))[-1]
    shown = "".join(c for c in last if unicodedata.category(c) not in HIDDEN_CATEGORIES)
    stem = _without_extension(unicodedata.normalize("NFC", shown))
    stem = FORBIDDEN.sub("_", stem).strip(" .")[: LONGEST - len(extension) - 1].strip(" .")
    if DEVICES.fullmatch(stem.split(".")[0]):
        stem = f"_{stem}"
    return f"{stem or 'file'}.{extension}"


def extension_of(name: str) -> str:
    """Return what follows the last dot, in lower case, or an empty text."""
    match = re.search(r"\.([A-Za-z0-9]{1,8})\s*$", name)
    return match[1].lower() if match else ""


def _without_extension(name: str) -> str:
    return re.sub(r"\.[A-Za-z0-9]{1,8}\s*$", "", name)
