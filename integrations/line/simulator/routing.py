"""Addresses and who answers them; `{name}` stands for one piece of a path."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from integrations.line.simulator.simulation import Simulation
from integrations.line.simulator.things import Account
from integrations.line.simulator.web import Answer, Request


@dataclass
class Call:
    """A request with all that its handler needs."""

    simulation: Simulation
    request: Request
    names: dict[str, str]
    request_id: str
    found: Account | None = None

    @property
    def account(self) -> Account:
        assert self.found is not None  # noqa: S101  # only routes with a token ask
        return self.found


Handler = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True)
class Route:
    method: str
    pattern: str
    handler: Handler
    needs_token: bool = True
    pieces: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pieces", tuple(self.pattern.split("/")))

    @property
    def call(self) -> str:
        return f"{self.method} {self.pattern}"

    def names(self, pieces: list[str]) -> dict[str, str] | None:
        """Return what stands in the places of the names, or None if the path is another one."""
        if len(pieces) != len(self.pieces):
            return None
        found = {}
        for own, given in zip(self.pieces, pieces, strict=True):
            if own.startswith("{"):
                found[own.strip("{}")] = given
            elif own != given:
                return None
        return found


class Router:
    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = [*routes]

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a path; names without a place in a pattern win over those with."""
        pieces = path.split("/")
        fits = [
            (route, names)
            for route in self._routes
            if route.method == method and (names := route.names(pieces)) is not None
        ]
        return min(fits, key=lambda fit: len(fit[1]), default=None)
