"""Seeded bugs of the other side: clients with a mistake, told to `Play` instead of sound ones."""

from typing import Any

from tests.flows.client import Console, Visitor
from tests.flows.link import Frame, NotLetIn
from tests.sim import ConsoleSim, Row, WidgetSim


class RepeatingSim(ConsoleSim):
    """m4: a row of the same version counts as news."""

    def put(self, known: dict[Any, Row], key: Any, row: Row) -> bool:
        is_news = key not in known or row["version"] >= known[key]["version"]
        if is_news:
            known[key] = row
        return is_news


class RepeatingConsole(Console):
    sim_class = RepeatingSim


class BlindSim(ConsoleSim):
    """m5: holes are not noticed."""

    def syncing(self) -> list[str]:
        return []


class BlindConsole(Console):
    sim_class = BlindSim


class BlindWidgetSim(WidgetSim):
    """The same in a widget."""

    def holes(self) -> list[tuple[str, int]]:
        return []


class BlindVisitor(Visitor):
    sim_class = BlindWidgetSim


class GivingUpConsole(Console):
    """c10: a connection that was lost once is not made again."""

    async def connect(self) -> Frame:
        if self.connection_count:
            raise NotLetIn(0)
        return await super().connect()
