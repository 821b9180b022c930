"""Every route that is served, found by walking the URLconf."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    pattern: str
    callback: Any

    def address(self, arguments: dict[str, str]) -> str:
        """Return an address of the route; what is not among the arguments becomes `x`."""
        path = re.sub(r"<\w+:(\w+)>", lambda part: arguments.get(part[1], "x"), self.pattern)
        path = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda part: arguments.get(part[1], "x"), path)
        return "/" + path.replace("^", "").removesuffix("$")

    @property
    def methods(self) -> tuple[str, ...]:
        """What a class declares; a function takes GET, POST and what it says besides."""
        view = getattr(self.callback, "cls", None) or getattr(self.callback, "view_class", None)
        if view is None:
            said = getattr(self.callback, "methods", ())
            return tuple(name for name in ("GET", *UNSAFE) if name in {"GET", "POST", *said})
        return tuple(name for name in ("GET", *UNSAFE) if hasattr(view, name.lower()))


def routes() -> list[Route]:
    return sorted(_walk(get_resolver().url_patterns, ""), key=lambda route: route.pattern)


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for each in patterns:
        path = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, path)
        else:
            yield Route(path, each.callback)
