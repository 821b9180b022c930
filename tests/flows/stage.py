"""Who plays in one flow, and at which site."""

import asyncio
from typing import TypeVar

from tests.flows.client import Client, Console, Visitor
from tests.site.site import Site

Kind = TypeVar("Kind", Console, Visitor)


class Crowd:
    """Everybody of one test, sent home at its end."""

    def __init__(self) -> None:
        self.clients: list[Client] = []

    async def stage(self, site: Site) -> "Stage":
        return Stage(self, site, site.hand.do("cast"))

    async def leave(self) -> None:
        await asyncio.gather(*(client.leave() for client in self.clients))


class Stage:
    """One cast at one site."""

    def __init__(self, crowd: Crowd, site: Site, cast: str) -> None:
        self.crowd = crowd
        self.site = site
        self.cast = cast

    async def visitor(self, inbox: str = "shop") -> Visitor:
        """A connected visitor who was never here before."""
        guest = self.site.hand.do("guest", cast=self.cast, inbox=inbox)
        return await self._enter(Visitor(self.site.place, guest))

    async def twin(self, visitor: Visitor) -> Visitor:
        """The same visitor in another tab."""
        return await self._enter(Visitor(self.site.place, visitor.guest))

    async def console(self, who: str = "oto") -> Console:
        operator = self.site.hand.do("operator", cast=self.cast, who=who)
        return await self._enter(Console(self.site.place, operator))

    async def colleague(self, name: str) -> Console:
        """One more operator of the shop."""
        operator = self.site.hand.do("another_operator", cast=self.cast, name=name)
        return await self._enter(Console(self.site.place, operator))

    async def _enter(self, client: Kind) -> Kind:
        self.crowd.clients.append(client)
        await client.connect()
        return client
