"""What `manage.py up` shows: the programs' lines with their names, the addresses, the log-ins."""

import json
import os
import sys
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from config.demo.data.staff import logins_file
from talk.models import Operator

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


def greeting() -> list[str]:
    """Return the lines that say what to open and how to get in."""
    base = settings.PUBLIC_URL
    places = [
        (_("Console"), f"{base}/"),
        (_("Demo shop"), f"{base}/demo/"),
        (_("Administration"), f"{base}/admin/"),
        (_("API"), f"{base}/api/docs/"),
    ]
    return [f"{label}: {address}" for label, address in places] + [*demo_logins()]


def demo_logins() -> Iterator[str]:
    """Yield who may log in, as `manage.py demo` left it in the state folder."""
    file = logins_file()
    if not settings.PRODUCTION and file.exists():
        for login in json.loads(file.read_text(encoding="utf-8")):
            named = login | {"role": Operator.Role(login["role"]).label}
            yield _("Log-in (%(role)s): %(email)s / %(password)s") % named
