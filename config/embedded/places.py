"""Where the embedded databases keep their things. Pure: settings and launcher must agree."""

import hashlib
import os
import tempfile
from pathlib import Path

POSTGRES_SOCKET = ".s.PGSQL.5432"
VALKEY_SOCKET = "valkey.sock"
LONGEST_SOCKET_PATH = 107
"""`sun_path` of Linux has 108 bytes, the last one is NUL."""


def socket_folder(state: Path) -> Path:
    """Return the folder of the sockets: `run` in the state folder, if its path is short enough.

    Otherwise a folder in the temporary directory whose name follows from the state folder, so that
    every process that has the same STATE_DIR finds the same sockets.
    """
    folder = state / "run"
    if len(os.fsencode(folder / POSTGRES_SOCKET)) <= LONGEST_SOCKET_PATH:
        return folder
    mark = hashlib.sha256(os.fsencode(state)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"sobani-{mark}"


def database_url(state: Path) -> str:
    return f"postgresql://sobani@/sobani?host={socket_folder(state)}"


def redis_url(state: Path) -> str:
    return f"unix://{socket_folder(state) / VALKEY_SOCKET}"
