"""Daphne with our protocols, our listener and our way to leave."""

import asyncio
import socket
from collections.abc import Collection, Coroutine
from dataclasses import asdict
from functools import partial
from typing import Any

from daphne.server import Server
from twisted.internet import reactor
from twisted.logger import (
    FilteringLogObserver,
    LogLevel,
    LogLevelFilterPredicate,
    STDLibLogObserver,
    globalLogBeginner,
)

from config.server.asgi_types import Application, Message, Scope
from config.server.daphne_http import Channel, Factory, Request
from config.server.daphne_socket import Socket, SocketFactory
from config.server.drain import drain
from config.server.hooks import Hooks
from config.server.inbox import Inbox
from config.server.journal import log
from config.server.limits import Limits
from config.server.shutdown import on_signal


def run(application: Application, listener: socket.socket, limits: Limits, hooks: Hooks) -> None:
    """Serve until a signal; returns when everything is finished."""
    server = DaphneServer(application, listener, limits, hooks)
    server.run()
    if server.failure is not None:
        raise server.failure


class DaphneServer(Server):  # type: ignore[misc]  # Daphne is untyped
    """The parts of Daphne's server that we keep: applications, their replies, their timeouts."""

    def __init__(
        self, application: Application, listener: socket.socket, limits: Limits, hooks: Hooks
    ) -> None:
        super().__init__(application, endpoints=["ours"], request_buffer_size=64 * 1024)
        self.server_name = ""
        self.limits = limits
        self.listener = listener
        self.hooks = hooks
        self.channels: set[Channel] = set()
        self.connections: dict[Socket | Request, dict[str, object]] = {}
        self.http_factory = Factory(self)
        self.ws_factory = SocketFactory(self, limits)
        self.port: Any = None  # Twisted's, untyped
        self.failure: BaseException | None = None

    def run(self) -> None:
        _log_only_failures()
        self._loop = reactor._asyncioEventloop
        asyncio.set_event_loop(self._loop)
        reactor.callLater(1, self.application_checker)
        reactor.callLater(2, self.timeout_checker)
        reactor.callWhenRunning(lambda: self._begin(self._open()))
        reactor.run(installSignalHandlers=False)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(work)
        task.add_done_callback(self._stop_on_failure)

    def _stop_on_failure(self, task: asyncio.Task[None]) -> None:
        self.failure = task.exception()
        if self.failure is not None:
            reactor.stop()

    async def _open(self) -> None:
        on_signal(lambda: self._begin(self._leave()), exit_seconds=self.limits.exit_seconds)
        await self.hooks.start()
        with self.listener:  # Twisted works on a duplicate
            fd, family = self.listener.fileno(), self.listener.family
            self.port = reactor.adoptStreamPort(fd, family, self.http_factory)

    async def _leave(self) -> None:
        log.info("draining", sockets=len(self.open_sockets()))
        drained = await drain(self, self.limits)
        await self.hooks.stop()
        log.info("drained", **asdict(drained))
        reactor.stop()

    # Draining

    def stop_accepting(self) -> None:
        if self.port is not None:
            self.port.stopListening()
        for channel in list(self.channels):
            channel.retire()

    def open_sockets(self) -> Collection[Socket]:
        return [
            protocol
            for protocol in self.connections
            if isinstance(protocol, Socket) and protocol.state == protocol.STATE_OPEN
        ]

    def tasks(self) -> Collection[asyncio.Task[None]]:
        found = (details.get("application_instance") for details in self.connections.values())
        return [task for task in found if isinstance(task, asyncio.Task) and not task.done()]

    def is_idle(self) -> bool:
        return not self.channels and not self.tasks() and not self.open_sockets()

    # Applications

    def create_application(
        self, protocol: Socket | Request, scope: Scope
    ) -> "Inbox | asyncio.Queue[Message]":
        """Start the application of one request or socket; returns where its messages go."""
        if isinstance(protocol, Request):
            queue: asyncio.Queue[Message] = super().create_application(protocol, scope)
            return queue
        scope["asgi"] = {"version": "3.0"}
        scope["extensions"] = {"websocket.http.response": {}}
        work = self.application(scope, protocol.inbox.get, partial(self.handle_reply, protocol))
        task = self._loop.create_task(work)
        task.add_done_callback(partial(_socket_ended, protocol))
        self.connections[protocol]["application_instance"] = task
        return protocol.inbox

    async def handle_reply(self, protocol: Socket | Request, message: Message) -> None:
        """Pass a message on and hold the application back while its client does not read."""
        if isinstance(protocol, Socket):
            protocol.handle_reply(message)
            await protocol.outlet.drained()
        else:
            await super().handle_reply(protocol, message)
            await protocol.drained()

    def protocol_disconnected(self, protocol: Socket | Request) -> None:
        # Daphne's own fails for a connection that it has already forgotten.
        if protocol in self.connections:
            super().protocol_disconnected(protocol)


def _socket_ended(protocol: Socket, task: asyncio.Task[None]) -> None:
    """An application that has returned leaves no open socket behind; Daphne looks for errors."""
    if not task.cancelled() and task.exception() is None:
        protocol.application_ended()


def _log_only_failures() -> None:
    is_failure = LogLevelFilterPredicate(defaultLogLevel=LogLevel.critical)
    observer = FilteringLogObserver(STDLibLogObserver("twisted"), [is_failure])
    globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False, discardBuffer=True)
