"""A server of one side: started on a loopback port, watched, ended by its process id."""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from bench.ground import ROOT
from bench.usage import Usage

READY_SECONDS = 60.0
END_SECONDS = 20.0


class Program:
    def __init__(
        self,
        command: list[str],
        *,
        port: int,
        environment: dict[str, str],
        log: Path,
        inherits: tuple[int, ...] = (),
    ) -> None:
        self.port = port
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=output,
                pass_fds=inherits,
            )
        self._log = log
        self.usage = Usage(self._process.pid)

    def wait_until(self, answers: Callable[[int], bool]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not answers(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"a server did not start: {self._log.read_text()[-2000:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_live(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
