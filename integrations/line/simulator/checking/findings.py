"""What is wrong with a request, collected as the platform tells it."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from integrations.line.simulator.checking.lengths import graphemes, utf16_units
from integrations.line.simulator.web import LOOPBACK, Refused

LONGEST_URL = 2000
URI = re.compile(r"[!-~]+")


class Findings:
    def __init__(self) -> None:
        self.details: list[dict[str, str]] = []

    def add(self, property: str, message: str) -> None:
        self.details.append({"message": message, "property": property})

    def raise_if_any(self) -> None:
        if self.details:
            count = len(self.details)
            message = f"The request body has {count} error(s)"
            raise Refused(400, message, details=self.details)


class Part:
    """One object of a request, with its path; each question notes what is wrong."""

    def __init__(self, given: object, path: str, findings: Findings) -> None:
        self.path = path
        self.findings = findings
        self.has_object = isinstance(given, dict)
        self.given: Mapping[str, Any] = given if isinstance(given, dict) else {}
        if not self.has_object:
            self.refuse("", "May not be null" if given is None else "Must be an object")

    def refuse(self, name: str, message: str) -> None:
        where = ".".join(piece for piece in (self.path, name) if piece)
        self.findings.add(where, message)

    def part(self, name: str) -> "Part":
        return Part(self.given.get(name), self._at(name), self.findings)

    def parts(self, name: str, least: int, most: int) -> list["Part"]:
        """Return the objects of a list; a list of another length is refused and empty."""
        found = self.given.get(name)
        if not isinstance(found, list) or not least <= len(found) <= most:
            self.refuse(name, f"Size must be between {least} and {most}")
            return []
        return [Part(one, f"{self._at(name)}[{at}]", self.findings) for at, one in enumerate(found)]

    def text(self, name: str, most: int, *, needed: bool = True, by_grapheme: bool = False) -> str:
        """Ask for a text of at most `most` UTF-16 units, or of what a reader calls characters."""
        found = self.given.get(name)
        if found is None and not needed:
            return ""
        if not isinstance(found, str) or not found.strip():
            self.refuse(name, "May not be empty")
            return ""
        length = graphemes(found) if by_grapheme else utf16_units(found)
        if length > most:
            self.refuse(name, f"Length must be between 0 and {most}")
        return found

    def url(self, name: str, *, needed: bool = True, schemes: tuple[str, ...] = ("https",)) -> None:
        """Only our own machine does without TLS, where the whole platform is simulated."""
        found = self.text(name, LONGEST_URL, needed=needed)
        if found.startswith("http:") and urlsplit(found).hostname in LOOPBACK:
            return
        if found and not found.startswith(tuple(f"{scheme}:" for scheme in schemes)):
            self.refuse(name, "invalid uri scheme")
        elif found and not URI.fullmatch(found):
            self.refuse(name, "Invalid URI: must be percent-encoded")

    def number(self, name: str, least: float, most: float) -> None:
        found = self.given.get(name)
        if isinstance(found, bool) or not isinstance(found, int | float):
            self.refuse(name, "May not be null" if found is None else "Must be a number")
        elif not least <= found <= most:
            self.refuse(name, f"Must be between {least:g} and {most:g}")

    def choice(self, name: str, among: tuple[str, ...]) -> str:
        found = self.given.get(name)
        if isinstance(found, str) and found in among:
            return found
        self.refuse(name, f"Must be one of the following values: [{', '.join(among)}]")
        return ""

    def has(self, name: str) -> bool:
        return self.given.get(name) is not None

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name
