"""One simulated platform: what it remembers, what it may tell, how it calls webhooks."""

from integrations.line.simulator.buckets import Buckets
from integrations.line.simulator.news import News
from integrations.line.simulator.postman import Postman
from integrations.line.simulator.world import World


class Simulation:
    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self.news = News()
        self.buckets = Buckets()
        self.postman = Postman(self.world, self.news)

    async def close(self) -> None:
        await self.postman.close()
