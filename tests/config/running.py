"""A real `manage.py up` for tests: its output, its tree of processes, its end."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from types import TracebackType

import psutil

from tests import ready_made

ROOT = Path(__file__).resolve().parents[2]
NOT_INHERITED = {"DATABASE_URL", "REDIS_URL", "SOBANI_TEST_VALKEY", "PYTEST_CURRENT_TEST"}

PREPARE = """
import django
django.setup()
from django.conf import settings
from config.embedded.postgres import start_postgres
from config.up import databases
from tests import ready_made
server = start_postgres(settings.STATE_DIR)
if ready_made.is_there():
    ready_made.be_the_database(settings.STATE_DIR)
databases.migrate()
from talk.models import Inbox
Inbox.objects.create(name="受信箱", kind="web")
databases.leave()
server.stop()
"""


def prepare(state: Path) -> None:
    """Make a database that is not new, so that the start makes no demo data."""
    ready_made.put_into(state)
    environment = {**inherited(), "STATE_DIR": str(state)}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    subprocess.run([sys.executable, "-c", PREPARE], cwd=ROOT, env=environment, check=True)


def inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Up:
    """`with Up(state) as up:`; ends by SIGKILL if the test did not end it. Without phones."""

    def __init__(self, state: Path, *parts: str, **variables: str) -> None:
        self.port = int(variables.pop("PORT", "") or free_port())
        self.lines: list[str] = []
        self._deaf = False
        environment = {**inherited(), "STATE_DIR": str(state), "PORT": str(self.port)}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", *parts],
            cwd=ROOT,
            env={**environment, "LANGUAGE_CODE": "en", "LINE_SIMULATOR": "0", **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Up":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(timeout=20)
        if self.process.stdout is not None:
            self.process.stdout.close()
        if error is not None:
            sys.stderr.write("\n".join(self.lines))

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if self._deaf:
                self.process.stdout.close()
                return

    def stop_reading(self) -> None:
        """Close the other end of its output, at the next line that it writes."""
        self._deaf = True

    def until(self, pattern: str, seconds: float = 60) -> str:
        """Return the first line that matches, or fail with all that was said."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            for line in [*self.lines]:
                if re.search(pattern, line):
                    return line
            if self.process.poll() is not None and not self._reader.is_alive():
                break
            time.sleep(0.05)
        raise AssertionError(f"no line like {pattern!r} in:\n" + "\n".join(self.lines))

    def tree(self) -> dict[str, psutil.Process]:
        """Return the processes below, by what they are."""
        kinds = {"line.simulator": "line", "config.server": "web"}
        kinds |= {" worker": "worker", " beat": "beat"}
        kinds |= {"postgres -D": "postgres", "valkey-server": "valkey"}
        found: dict[str, psutil.Process] = {}
        for child in psutil.Process(self.process.pid).children(recursive=True):
            command = " ".join(child.cmdline())
            if command.startswith("postgres: "):
                continue  # PostgreSQL's own helpers, among them "io worker"
            kind = next((name for sign, name in kinds.items() if sign in command), None)
            if kind is not None:
                found[f"{kind}.{sum(key.startswith(kind) for key in found) + 1}"] = child
        return found

    def until_complete(self) -> None:
        """Wait until every part works: both web processes listen, worker and beat are ready."""
        self.until("Console: ")
        for sign in (
            r"web\.1 .*listening",
            r"web\.2 .*listening",
            "worker .*ready",
            "beat .*ready",
        ):
            self.until(sign)

    def until_tree(self, *wanted: str) -> dict[str, psutil.Process]:
        limit = time.monotonic() + 60
        while not {*wanted} <= (found := self.tree()).keys():
            assert time.monotonic() < limit, found
            time.sleep(0.1)
        return found

    def get(self, path: str, port: int = 0) -> int:
        at = port or self.port
        with urllib.request.urlopen(f"http://127.0.0.1:{at}{path}", timeout=10) as answer:
            return int(answer.status)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Return the exit code and how long the end took."""
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(timeout=30)
        self._reader.join(timeout=5)
        return code, time.monotonic() - began


def all_gone(processes: list[psutil.Process], seconds: float) -> bool:
    _gone, alive = psutil.wait_procs(processes, timeout=seconds)
    return not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]
