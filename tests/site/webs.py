"""Web processes as production runs them: several on one inherited listening socket."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from config.embedded.server import tethered

PATIENCE = 30.0


@dataclass
class Webs:
    """`count` web processes that share one port; each ended by its id, none outlives the tests.

    `program` is the module to run: production's own, or one of the harness that changes something
    before it runs the same.
    """

    folder: Path
    environment: dict[str, str]
    count: int = 2
    program: str = "config.server"
    arguments: tuple[str, ...] = ()
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(1024)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / "web.log"

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.start_soon()
        self._wait_for_lines(self.count)

    def start_soon(self) -> None:
        self.log.unlink(missing_ok=True)
        self.processes = [self._launch() for _ in range(self.count)]

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes.clear()

    def close(self) -> None:
        self.stop()
        self.listener.close()

    def kill(self, index: int) -> None:
        """End one process without a word, as a crash does."""
        self.processes[index].kill()
        self.processes[index].wait()

    def terminate(self, index: int) -> int:
        """Ask one process to leave; return its exit code."""
        self.processes[index].send_signal(signal.SIGTERM)
        return self.processes[index].wait(PATIENCE)

    def launch_at(self, index: int) -> subprocess.Popen[bytes]:
        """Start another process in this place; return the one that was there."""
        former, self.processes[index] = self.processes[index], self._launch()
        return former

    def _launch(self) -> subprocess.Popen[bytes]:
        fd = str(self.listener.fileno())
        command = [sys.executable, "-m", self.program, "--fd", fd, *self.arguments]
        with self.log.open("ab") as output:
            return subprocess.Popen(
                tethered(command, signal.SIGKILL),
                env={**os.environ, **self.environment, **self._own_environment()},
                pass_fds=[self.listener.fileno()],
                stdout=output,
                stderr=output,
            )

    def _own_environment(self) -> dict[str, str]:
        return {
            "PORT": str(self.port),
            "PUBLIC_URL": self.environment.get("PUBLIC_URL", self.origin),
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
        }

    def started_count(self) -> int:
        """Return how many processes have ever begun to listen."""
        return (
            self.log.read_text(errors="replace").count('"event": "listening"')
            if self.log.exists()
            else 0
        )

    def told(self) -> list[dict[str, Any]]:
        """Return the log of all of them; what is no JSON (a traceback of a crash) is left out."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith('{"')]

    def cpu_seconds(self) -> float:
        """Return the processor time of those that run now, so far."""
        times = [psutil.Process(each.pid).cpu_times() for each in self.processes]
        return sum(each.user + each.system for each in times)

    def _wait_for_lines(self, count: int) -> None:
        limit = time.monotonic() + PATIENCE
        while self.started_count() < count:
            ended = [each.returncode for each in self.processes if each.poll() is not None]
            if ended or time.monotonic() > limit:
                self.close()
                raise AssertionError(f"web did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.05)
