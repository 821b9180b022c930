"""The whole of it: a site that runs, a worker, and the simulated platform that it talks to."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from config.embedded.server import tethered
from tests.integrations.line.platform import Platform
from tests.site.site import Site

PATIENCE = 30.0
Found = TypeVar("Found")


class House:
    """Web processes and a worker whose LINE is the simulator. Without beat: `sweep` when needed."""

    def __init__(self, folder: Path, database: str, redis: str, platform: Platform) -> None:
        line = {"LINE_API_BASE": platform.base, "LINE_DATA_BASE": platform.base}
        self.platform = platform
        self.site = Site(folder, database, redis, {"SERVER": "daphne", **line})
        self.log = folder / "worker.log"

    def __enter__(self) -> "House":
        self.site.__enter__()
        self.http = httpx2.Client(timeout=PATIENCE, trust_env=False)
        self.start_worker()
        return self

    def __exit__(self, *about: object) -> None:
        self.kill_worker()
        self.http.close()
        self.site.__exit__(*about)

    def start_worker(self) -> None:
        command = [sys.executable, "-m", "celery", "--quiet", "--app", "config.celery", "worker"]
        options = ["--hostname=line@%h", "--loglevel=INFO", "--without-gossip", "--without-mingle"]
        own = {"PUBLIC_URL": self.site.webs.origin}
        with self.log.open("ab") as output:
            self.worker = subprocess.Popen(
                tethered([*command, *options], signal.SIGKILL),
                env={**os.environ, **self.site.environment, **own},
                stdout=output,
                stderr=output,
            )

    def kill_worker(self) -> None:
        """End it without a word, as a crash does."""
        self.worker.kill()
        self.worker.wait()

    def do(self, task: str, **values: Any) -> Any:
        return self.site.hand.do(f"line.{task}", **values)


def until(find: Callable[[], Found], what: str = "", seconds: float = PATIENCE) -> Found:
    """Return what is found as soon as there is something; fail when it does not come in time."""
    limit = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < limit, f"{what or find} did not come"
        time.sleep(0.03)
    return found
