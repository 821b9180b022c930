"""What the supervisor runs: web processes on one socket, a worker, beat."""

import importlib.util
import shutil
import socket
import sys
from functools import partial
from pathlib import Path

from django.conf import settings

from config.up.child import Program
from config.up.failure import StartError

PARTS = ("web", "worker", "beat")
ALONE = "databases"
"""The embedded ones by themselves, for upgrades and restores."""
# Together with the databases' two seconds less than the 15 s after which a deployment kills.
WEB_GRACE_SECONDS = 9.5
WEB_LIMITS = ("spread_seconds=6", "drain_seconds=8", "exit_seconds=9")
WORKER_GRACE_SECONDS = 2.0
BEAT_GRACE_SECONDS = 1.0


def stages(parts: list[str], listener: socket.socket | None) -> list[list[Program]]:
    """Return the programs of the parts, in the order in which they end."""
    found = []
    if listener is not None:
        found.append(_web(listener))
    if "worker" in parts:
        found.append([_celery("worker", WORKER_GRACE_SECONDS, "--hostname=worker@%h")])
    if "beat" in parts:
        found.append([_celery("beat", BEAT_GRACE_SECONDS, "--pidfile=")])
    return found


def refuse_missing_server() -> None:
    """Raise `StartError` for a server that is not installed: only Daphne always is."""
    if importlib.util.find_spec(settings.SERVER) is None:
        raise StartError(
            f"SERVER={settings.SERVER} is not installed: .venv/bin/pip install --no-deps"
            f" --require-hashes -r requirements/{settings.SERVER}.txt"
        )


def _web(listener: socket.socket) -> list[Program]:
    folder = _metrics_folder(listener.getsockname()[1])
    limits = [word for limit in WEB_LIMITS for word in ("--limit", limit)]
    command = (sys.executable, "-m", "config.server", "--fd", str(listener.fileno()), *limits)
    return [
        Program(
            name=f"web.{number}",
            command=command,
            grace_seconds=WEB_GRACE_SECONDS,
            env={"PROMETHEUS_MULTIPROC_DIR": str(folder)},
            fds=(listener.fileno(),),
            after_end=partial(_forget_gauges, folder),
        )
        for number in range(1, settings.WEB_CONCURRENCY + 1)
    ]


def _celery(part: str, grace_seconds: float, *options: str) -> Program:
    command = (sys.executable, "-m", "celery", "--quiet", "--app", "config.celery", part, *options)
    return Program(name=part, command=(*command, "--loglevel=INFO"), grace_seconds=grace_seconds)


def _metrics_folder(port: int) -> Path:
    """Return the empty folder in which the web processes of this port add up their metrics."""
    chosen = settings.PROMETHEUS_MULTIPROC_DIR
    # By machine, because several may share a state folder, and the files go by process id.
    own = f"{socket.gethostname()}-{port}"
    folder = Path(chosen) if chosen else settings.STATE_DIR / "metrics" / own
    if not chosen:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _forget_gauges(folder: Path, pid: int) -> None:
    """Take what an ended process had now (its open sockets) out of the sum; counts stay."""
    for file in folder.glob(f"gauge_live*_{pid}.db"):
        file.unlink(missing_ok=True)
