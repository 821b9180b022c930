"""Write what describes the protocol and is made from its types: `types.js` and the document."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from talk import describe

BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"


class Command(BaseCommand):
    help = "Write talk/static/protocol/types.js and the generated part of docs/protocol.md"
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if they are not current")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        stale = [path for path, text in _files(root).items() if _write(path, text, check)]
        if stale and check:
            names = ", ".join(str(path.relative_to(root)) for path in stale)
            raise CommandError(f"not current, run `manage.py protocol`: {names}")


def _files(root: Path) -> dict[Path, str]:
    document = root / "docs" / "protocol.md"
    head, _, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    tail = rest.partition(END)[2]
    return {
        root / "talk" / "static" / "protocol" / "types.js": describe.jsdoc(),
        document: f"{head}{BEGIN}\n\n{describe.markdown()}\n\n{END}{tail}",
    }


def _write(path: Path, text: str, check: bool) -> bool:
    """Return whether the file differed; write it unless only asked."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    if not check:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return True
