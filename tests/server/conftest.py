"""Both servers, each with any limits."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.server.running import Running, listening, running

Serve = Callable[..., Running]


@pytest.fixture(params=["daphne", "uvicorn"])
def server(request: pytest.FixtureRequest) -> str:
    """The rule holds whichever server runs; a test that is for one only says why."""
    return str(request.param)


@pytest.fixture(scope="session")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Running]]:
    """One process of each server with the limits of production, for tests that leave it alone."""
    found: dict[str, Running] = {}
    with ExitStack() as stack:

        def get(server: str) -> Running:
            if server not in found:
                sock = stack.enter_context(listening())
                folder = tmp_path_factory.mktemp(server)
                found[server] = stack.enter_context(running(server, sock, folder))
            return found[server]

        yield get


@pytest.fixture
def one(usual: Callable[[str], Running], server: str) -> Running:
    return usual(server)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with listening() as one:
        yield one


@pytest.fixture
def serve(listener: socket.socket, tmp_path: Path) -> Iterator[Serve]:
    """Start processes that share one listening socket: `serve("daphne", stall_seconds=1)`."""
    with ExitStack() as stack:

        def start(server: str, *, hops: int = 0, **limits: float) -> Running:
            return stack.enter_context(running(server, listener, tmp_path, hops=hops, **limits))

        yield start
