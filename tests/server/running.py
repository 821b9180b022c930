"""Starts the server as production does: a process on an inherited listening socket."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

PATIENCE = 30.0


@dataclass
class Running:
    """One web process."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    def get(self, path: str, headers: dict[str, str] | None = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers=headers or {}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310  # loopback
            return json.load(response)

    def connect(self, receive_buffer: int = 0) -> socket.socket:
        raw = socket.socket()
        if receive_buffer:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        raw.settimeout(PATIENCE)
        raw.connect(("127.0.0.1", self.port))
        return raw

    def url(self, path: str) -> str:
        return f"ws://127.0.0.1:{self.port}{path}"

    def memory(self) -> int:
        return int(psutil.Process(self.process.pid).memory_info().rss)

    def established(self) -> int:
        connections = psutil.Process(self.process.pid).net_connections(kind="tcp")
        return sum(one.status == psutil.CONN_ESTABLISHED for one in connections)

    def notes(self) -> list[str]:
        file = self.folder / "notes"
        return file.read_text().split() if file.exists() else []

    def output(self) -> str:
        return (self.folder / f"output-{self.process.pid}").read_text()

    def told(self, event: str) -> list[dict[str, Any]]:
        """Return the log's lines of one event."""
        lines = [line for line in self.output().splitlines() if f'"event": "{event}"' in line]
        return [json.loads(line) for line in lines]

    def drain(self) -> dict[str, Any]:
        """Ask the process to leave; it must end by itself. Return what it says of its drain."""
        assert self.terminate() == 0
        [drained] = self.told("drained")
        assert not self.told("cut off"), "the drain ended, the process did not"
        return drained

    def terminate(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A listening socket on a free loopback port above 20000."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener


@contextmanager
def running(
    server: str, listener: socket.socket, folder: Path, *, hops: int = 0, **limits: float
) -> Iterator[Running]:
    """Run one process of `server` with the test applications; ended by its id."""
    words = [f"--limit={name}={value}" for name, value in limits.items()]
    places = ["--app=tests.server.applications:application", "--hooks=tests.server.applications"]
    command = [sys.executable, "-m", "config.server", f"--fd={listener.fileno()}", *places, *words]
    spool = folder / "spool"
    spool.mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "SERVER": server,
        "LOG_FORMAT": "json",
        "TRUSTED_PROXY_HOPS": str(hops),
        "TEST_NOTES": str(folder / "notes"),
        "TMPDIR": str(spool),
    }
    with (folder / "output").open("ab") as output:
        process = subprocess.Popen(
            command, env=environment, pass_fds=[listener.fileno()], stdout=output, stderr=output
        )
    (folder / "output").rename(folder / f"output-{process.pid}")
    one = Running(process, listener.getsockname()[1], folder)
    try:
        wait_for(lambda: "listening" in one.output() or process.poll() is not None)
        yield one
    finally:
        process.kill()
        process.wait()


def wait_for(holds: Callable[[], bool]) -> None:
    """Wait until something holds; fails after a generous time."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)
