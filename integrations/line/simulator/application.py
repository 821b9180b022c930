"""The ASGI application: a router, tokens, rate limits, faults, the log."""

import os
import time
import uuid
from pathlib import Path

from integrations.line.simulator import faults, journal
from integrations.line.simulator.keeping import Keeper, read_world
from integrations.line.simulator.phone.routes import PHONE_ROUTES
from integrations.line.simulator.platform.routes import PLATFORM_ROUTES
from integrations.line.simulator.platform.tokens import bearer
from integrations.line.simulator.routing import Call, Route, Router
from integrations.line.simulator.seed import demo_world
from integrations.line.simulator.simulation import Simulation
from integrations.line.simulator.web import (
    Answer,
    Receive,
    Refused,
    Request,
    Scope,
    Send,
    answer_json,
    read,
    write,
)

FROM_ELSEWHERE = {"cross-site", "same-site"}


class Application:
    """With `keep_at` what happened is in that file soon after, and is known at the next start."""

    def __init__(self, simulation: Simulation, keep_at: Path | None = None) -> None:
        self.simulation = simulation
        self._keeper = Keeper(simulation.world, keep_at)
        self._platform = Router(PLATFORM_ROUTES)
        self._phone = Router(PHONE_ROUTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            request = await read(scope, receive)
            await write(await self.answer(request), receive, send)

    async def answer(self, request: Request) -> Answer:
        if request.headers.get("sec-fetch-site") in FROM_ELSEWHERE and request.method != "GET":
            return answer_json({"message": "Not from another site"}, 403)
        is_phone = request.path.startswith("/line-simulator/")
        answer = await (self._answer_phone if is_phone else self._answer_platform)(request)
        if request.method != "GET":
            self._keeper.keep_soon()
        return answer

    async def _answer_phone(self, request: Request) -> Answer:
        if (fit := self._phone.find(request.method, request.path)) is None:
            return answer_json({"message": "Not found"}, 404)
        route, names = fit
        try:
            return await route.handler(Call(self.simulation, request, names, ""))
        except Refused as refused:
            return answer_json(refused.content, refused.status)

    async def _answer_platform(self, request: Request) -> Answer:
        call = Call(self.simulation, request, {}, str(uuid.uuid4()))
        began = time.time()
        try:
            answer = await self._carry_out(call)
        except Refused as refused:
            answer = answer_json(refused.content, refused.status)
        answer.headers.setdefault("x-line-request-id", call.request_id)
        journal.note(call, answer, began)
        return answer

    async def _carry_out(self, call: Call) -> Answer:
        request = call.request
        if (fit := self._platform.find(request.method, request.path)) is None:
            raise Refused(404, "Not found")
        route, call.names = fit
        if not route.needs_token:
            return await self._unlocked(route, call)
        call.found = bearer(call)
        name = f"{request.method} {request.path}"
        return await faults.meet(call.found, name, lambda: self._limited(route, call))

    async def _unlocked(self, route: Route, call: Call) -> Answer:
        """Carry out a call that names its channel in the body, if it names one."""
        named = call.request.form().get("client_id", "")
        account = call.found = self.simulation.world.accounts.get(named)
        if account is None:
            return await route.handler(call)
        name = f"{call.request.method} {call.request.path}"
        return await faults.meet(account, name, lambda: route.handler(call))

    async def _limited(self, route: Route, call: Call) -> Answer:
        if not self.simulation.buckets.take(call.account.channel_id, route.call):
            raise Refused(429, faults.RATE)
        return await route.handler(call)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                await self.simulation.close()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


def make_application() -> Application:
    """Return the application of this process; LINE_SIMULATOR_STATE is the file of its world."""
    named = os.environ.get("LINE_SIMULATOR_STATE")
    if not named:
        return Application(Simulation())
    path = Path(named)
    return Application(Simulation(read_world(path) or demo_world()), path)


application = make_application()
