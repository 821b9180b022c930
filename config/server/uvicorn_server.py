"""uvicorn with the same listener, the same caps and the same way to leave as our Daphne."""

import asyncio
import contextlib
import socket
from collections.abc import Collection, Generator
from dataclasses import asdict

import uvicorn

from config.server.asgi_types import Application
from config.server.body_cap import BodyCap
from config.server.drain import drain
from config.server.hooks import Hooks
from config.server.journal import log
from config.server.limits import Limits
from config.server.shutdown import on_signal
from config.server.uvicorn_protocols import Channel, Socket


def run(application: Application, listener: socket.socket, limits: Limits, hooks: Hooks) -> None:
    """Serve until a signal; returns when everything is finished."""
    UvicornServer(_config(application, limits), limits, hooks).run([listener])


def _config(application: Application, limits: Limits) -> uvicorn.Config:
    limited = {"limits": limits}
    return uvicorn.Config(
        BodyCap(application, limits),
        http=type("LimitedChannel", (Channel,), limited),
        ws=type("LimitedSocket", (Socket,), limited),
        lifespan="off",
        interface="asgi3",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="warning",  # our own journal says what was asked and what became of it
        backlog=limits.backlog,
        h11_max_incomplete_event_size=limits.header_bytes,
        timeout_keep_alive=int(limits.keepalive_seconds),
        timeout_graceful_shutdown=int(limits.drain_seconds),
        ws_max_size=limits.message_bytes,
        ws_per_message_deflate=False,
        ws_ping_interval=limits.ping_seconds,
        ws_ping_timeout=limits.pong_seconds,
    )


class UvicornServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, limits: Limits, hooks: Hooks) -> None:
        super().__init__(config)
        self.limits = limits
        self.hooks = hooks

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave the signals to us: uvicorn would end by the signal, not with 0."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        on_signal(self._leave, exit_seconds=self.limits.exit_seconds)
        await self.hooks.start()
        await super().startup(sockets=sockets)

    def _leave(self) -> None:
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        log.info("draining", sockets=len(self.open_sockets()))
        drained = await drain(self, self.limits)
        await self.hooks.stop()
        log.info("drained", **asdict(drained))

    # Draining

    def stop_accepting(self) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            if isinstance(connection, Channel):
                connection.shutdown()

    def open_sockets(self) -> Collection[Socket]:
        connections = self.server_state.connections
        return [one for one in connections if isinstance(one, Socket) and one.is_open()]

    def tasks(self) -> Collection[asyncio.Task[None]]:
        return [task for task in self.server_state.tasks if not task.done()]

    def is_idle(self) -> bool:
        return not self.server_state.connections and not self.server_state.tasks
