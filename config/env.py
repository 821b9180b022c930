"""Environment variables: read once, declared where they are read.

Every variable `X` may instead be given as `X_FILE`, the path of a file that holds the value
(Docker and Kubernetes secrets). What is declared here is also the README's table
(`manage.py settings_table`), so a variable without a description cannot exist.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Variable:
    name: str
    default: str
    about: str


declared: dict[str, Variable] = {}


def text(name: str, default: str, about: str) -> str:
    """Return the variable's text; `about` is its line in the README."""
    declared[name] = Variable(name, default, about)
    file = os.environ.get(f"{name}_FILE")
    if file:
        return _read(name, Path(file))
    return os.environ.get(name, default)


def number(name: str, default: int, about: str, *, least: int = 0) -> int:
    raw = text(name, str(default), about)
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}: {raw!r} is not a whole number") from None
    if value < least:
        raise ImproperlyConfigured(f"{name}: {value} is below {least}")
    return value


def flag(name: str, default: bool, about: str) -> bool:
    raw = text(name, "1" if default else "0", about).strip().lower()
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name}: {raw!r} is neither 1 nor 0")


def words(name: str, default: str, about: str) -> list[str]:
    """Return a comma-separated list without empty entries."""
    return [word.strip() for word in text(name, default, about).split(",") if word.strip()]


def choice(name: str, default: str, about: str, *, among: tuple[str, ...]) -> str:
    value = text(name, default, about)
    if value not in among:
        raise ImproperlyConfigured(f"{name}: {value!r} is not one of {', '.join(among)}")
    return value


def _read(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\n")
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE: {path}: {error.strerror}") from None
    except UnicodeDecodeError:  # with its text the value would be in the log
        raise ImproperlyConfigured(f"{name}_FILE: {path}: not UTF-8") from None
