"""What `manage.py up` shows: the programs' lines with their names, the addresses, the log-ins."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Login:
    who: str
    email: str
    password: str


COLOURS = (36, 33, 32, 35, 34, 31)
WIDTH = 8


def say(name: str, line: str) -> None:
    """Write one line; raises BrokenPipeError when nobody reads any more."""
    sys.stdout.write(f"{_prefix(name)} {line}\n")
    sys.stdout.flush()


def _prefix(name: str) -> str:
    shown = f"{name:<{WIDTH}}|"
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
        return shown
    return f"\033[{COLOURS[sum(name.encode()) % len(COLOURS)]}m{shown}\033[0m"


def greeting(logins: Iterable[Login]) -> list[str]:
    """Return the lines that say what to open and how to get in."""
    base = settings.PUBLIC_URL
    places = [
        (_("Console"), f"{base}/"),
        (_("Demo shop"), f"{base}/demo/"),
        (_("Administration"), f"{base}/admin/"),
        (_("API"), f"{base}/api/docs/"),
    ]
    lines = [f"{label}: {address}" for label, address in places]
    return lines + [f"{login.who}: {login.email} / {login.password}" for login in logins]
