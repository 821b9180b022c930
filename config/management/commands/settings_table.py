"""`manage.py settings_table`: the README's table of environment variables, from the settings."""

import re
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from config import env

BEGIN, END = "<!-- settings: begin -->", "<!-- settings: end -->"
BETWEEN = re.compile(f"(?<={re.escape(BEGIN)}\n).*?(?={re.escape(END)})", re.DOTALL)


class Command(BaseCommand):
    help = "Print the table of environment variables; with --write put it into README.md."
    requires_system_checks = ()  # the settings are read, nothing else has to work

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--write", action="store_true", help="write it into README.md")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["write"]:
            self.stdout.write(table())
            return
        readme = settings.BASE_DIR / "README.md"
        readme.write_text(with_table(readme.read_text(encoding="utf-8")), encoding="utf-8")


def table() -> str:
    """Return every declared variable, in the order of the settings."""
    lines = ["| variable | default | meaning |", "| --- | --- | --- |"]
    lines += [
        f"| `{variable.name}` | {_default(variable)} | {variable.about} |"
        for variable in env.declared.values()
    ]
    return "\n".join(lines) + "\n"


def with_table(readme: str) -> str:
    """Return the README with the current table between its two markers."""
    return BETWEEN.sub(lambda _match: table(), readme)


def _default(variable: env.Variable) -> str:
    """Defaults that lie in the state folder are told from there, not from this machine."""
    value = variable.default
    if value == settings.DEFAULT_SECRET_KEY:
        return "only for development"
    if variable.name != "STATE_DIR":
        value = value.replace(str(settings.STATE_DIR), "STATE_DIR")
    value = value.replace(str(settings.BASE_DIR), ".")
    return f"`{value}`" if value else ""
