"""One simulated platform: what it remembers, what it may tell, how it calls webhooks."""

from collections import deque
from typing import Any

from integrations.line.simulator.buckets import Buckets
from integrations.line.simulator.news import News
from integrations.line.simulator.postman import Postman
from integrations.line.simulator.world import World

KEPT_CALLS = 2_000


class Simulation:
    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self.news = News()
        self.calls: deque[dict[str, Any]] = deque(maxlen=KEPT_CALLS)
        """Of all calls to the platform: `journal`."""
        self.buckets = Buckets()
        self.postman = Postman(self.world, self.news)

    async def close(self) -> None:
        await self.postman.close()
