"""A started database server: its process, its log, its end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.embedded import tether
from config.embedded.account import Account
from config.embedded.failure import EmbeddedError

READY_SECONDS = 60
"""Recovery after a crash reads the write-ahead log first: seldom more than a few seconds."""


@dataclass
class Server:
    """A server that answers. Without a process it belongs to somebody else and is left alone."""

    name: str
    log: Path
    process: subprocess.Popen[bytes] | None = None
    end_signal: signal.Signals = signal.SIGTERM

    @property
    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self, grace_seconds: float = 10) -> None:
        """End our own process in order, or by force after the grace."""
        if self.process is None or self.ended:
            return
        self.process.send_signal(self.end_signal)
        try:
            self.process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_words(self) -> str:
        """Return the last line of the log, which says why a server ended."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return next((line.strip() for line in reversed(lines) if line.strip()), "")


def launch(
    command: list[str],
    *,
    name: str,
    account: Account,
    log: Path,
    end_signal: signal.Signals,
    is_ready: Callable[[], bool],
) -> Server:
    """Start a server that ends with this process, and return it as soon as it answers."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*account.prefix, *tethered(command, end_signal)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            user=account.uid,
            group=account.uid,
            extra_groups=None if account.uid is None else [],
            start_new_session=True,  # Ctrl-C reaches only us: the databases end last
        )
    server = Server(name, log, process, end_signal)
    _wait_for(server, is_ready)
    return server


def tethered(command: list[str], end_signal: signal.Signals) -> list[str]:
    """Return the command that ends by `end_signal` when this process does."""
    # -I -S: no site-packages, no environment; the shim needs the standard library only.
    shim = [sys.executable, "-I", "-S", tether.__file__, str(os.getpid()), str(int(end_signal))]
    return [*shim, *command]


def _wait_for(server: Server, is_ready: Callable[[], bool]) -> None:
    limit = time.monotonic() + READY_SECONDS
    while not is_ready():
        if server.ended:
            raise EmbeddedError(f"{server.name} did not start: {server.last_words()}")
        if time.monotonic() > limit:
            server.stop()
            raise EmbeddedError(f"{server.name} did not answer in {READY_SECONDS} s: {server.log}")
        time.sleep(0.01)
