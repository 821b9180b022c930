"""Keep `templates/locale/*/LC_MESSAGES/django.po` in step with the texts in code and templates.

    python -m config.translations        write what is new into the catalogues, drop what is gone

Texts that another catalogue of ours (`config/locale`) translates stay there. Needs Babel, which
only development has; `config.catalogues` compiles.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("ja", "en")
SOURCES = ("config", "customers", "integrations", "segments", "talk")
OTHERS = ("config/locale/ja/LC_MESSAGES/django.po",)
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None}
# What Django makes of a template is nearly Python: every text is an argument of gettext().
IN_TEMPLATE = re.compile(r"""gettext\((u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")\)""")


def extracted() -> dict[str, set[str]]:
    """Return every text with the files it stands in."""
    found: dict[str, set[str]] = {}
    for place, text in [*_of_python(), *_of_templates()]:
        found.setdefault(text, set()).add(place)
    return {text: found[text] for text in sorted(set(found) - _translated_elsewhere())}


def catalogue_path(language: str) -> Path:
    return ROOT / "templates" / "locale" / language / "LC_MESSAGES" / "django.po"


def load(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def update(language: str, texts: dict[str, set[str]]) -> list[str]:
    """Write the catalogue anew, keeping its translations; returns what has none in Japanese."""
    path = catalogue_path(language)
    known = load(path) if path.exists() else Catalog()
    made = Catalog(locale=language, fuzzy=False, header_comment="# Texts of Sobani.")
    for text, places in texts.items():
        before = known.get(text)
        locations = [(place, 0) for place in sorted(places)]
        made.add(text, before.string if before else "", locations=locations)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, made, width=100, omit_header=False, include_lineno=False)
    _drop_dates(path)
    return [text for text in texts if language == "ja" and not made[text].string]


def _drop_dates(path: Path) -> None:
    """Dates and versions of tools would change with every run."""
    lines = path.read_text("utf-8").splitlines()
    noise = ('"POT-Creation', '"PO-Revision', '"Project-Id', '"Report-Msgid', '"Last-Translator',
             '"Language-Team', '"Generated-By')  # fmt: skip
    kept = [line for line in lines if not line.startswith(noise)]
    path.write_text("\n".join(kept) + "\n", "utf-8")


def _translated_elsewhere() -> set[str]:
    catalogues = [load(ROOT / name) for name in OTHERS if (ROOT / name).exists()]
    return {str(each.id) for catalogue in catalogues for each in catalogue if each.string}


def _of_python() -> Iterator[tuple[str, str]]:
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for _, text, _, _ in extract_from_file("python", path, KEYWORDS):
                yield str(path.relative_to(ROOT)), str(text)


def _of_templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix not in {".html", ".txt"}:
            continue
        for text in IN_TEMPLATE.findall(templatize(path.read_text("utf-8"))):
            yield str(path.relative_to(ROOT)), ast.literal_eval(text)


if __name__ == "__main__":
    texts = extracted()
    missing = [text for language in LANGUAGES for text in update(language, texts)]
    sys.stdout.writelines(f"no Japanese yet: {text!r}\n" for text in missing)
