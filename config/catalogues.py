"""Compile the translations: every `locale/*/LC_MESSAGES/*.po` to the `.mo` beside it.

With Babel, so that set-up needs no GNU gettext. The compiled files are not committed.
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
APPS = ("", "templates", "config", "customers", "integrations", "segments", "talk")


def catalogues() -> list[Path]:
    pattern = "locale/*/LC_MESSAGES/*.po"
    return sorted(po for app in APPS for po in (ROOT / app).glob(pattern))


def compile_catalogue(po: Path) -> Path:
    mo = po.with_suffix(".mo")
    with po.open("rb") as source:
        catalogue = read_po(source)
    with mo.open("wb") as target:
        write_mo(target, catalogue)
    return mo


if __name__ == "__main__":
    for each in [Path(name).resolve() for name in sys.argv[1:]] or catalogues():
        sys.stdout.write(f"{compile_catalogue(each).relative_to(ROOT)}\n")
