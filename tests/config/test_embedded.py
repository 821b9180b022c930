"""The embedded databases: started, found again, ended, and refused in one clear line."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from config.embedded import account
from config.embedded.account import account_for
from config.embedded.failure import EmbeddedError
from config.embedded.folders import private_folder
from config.embedded.places import LONGEST_SOCKET_PATH, POSTGRES_SOCKET, socket_folder
from config.embedded.postgres import start_postgres
from config.embedded.server import Server, launch
from config.embedded.valkey import start_valkey


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture
def postgres(state: Path) -> Iterator[Server]:
    server = start_postgres(state)
    yield server
    server.stop()


def connect(state: Path) -> psycopg.Connection:
    return psycopg.connect(
        host=str(socket_folder(state)), user="sobani", dbname="sobani", autocommit=True
    )


@pytest.mark.usefixtures("postgres")
def test_trigrams_see_japanese_and_commits_are_durable(state: Path) -> None:
    with connect(state) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        trigrams = connection.execute("SELECT cardinality(show_trgm('返品したい'))").fetchone()
        settings = connection.execute(
            "SELECT current_setting('synchronous_commit'), current_setting('fsync'), "
            "current_setting('server_encoding'), current_setting('listen_addresses')"
        ).fetchone()
    assert trigrams == (6,)
    assert settings == ("on", "on", "UTF8", "")


@pytest.mark.usefixtures("postgres")
def test_the_log_repeats_nothing_of_a_statement_that_failed(state: Path) -> None:
    with connect(state) as connection:
        connection.execute("CREATE TEMPORARY TABLE told (body text, size int CHECK (size > 0))")
        with pytest.raises(psycopg.errors.CheckViolation, match="canary-4711"):
            connection.execute("INSERT INTO told VALUES ('canary-4711', 0)")
    log = (state / "log" / "postgres.log").read_text()
    assert "violates check constraint" in log
    assert "canary-4711" not in log


def test_a_second_start_uses_the_live_server_and_leaves_it_alone(
    state: Path, postgres: Server
) -> None:
    second = start_postgres(state)
    assert second.process is None
    second.stop()
    assert not postgres.ended


def test_a_start_after_a_stop_finds_the_data_again(tmp_path: Path) -> None:
    first = start_postgres(tmp_path)
    with connect(tmp_path) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    first.stop()
    assert first.process is not None
    assert first.process.returncode == 0
    second = start_postgres(tmp_path)
    with connect(tmp_path) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
    second.stop()


def test_valkey_answers_and_ends(tmp_path: Path) -> None:
    server = start_valkey(tmp_path)
    assert start_valkey(tmp_path).process is None
    server.stop()
    assert server.ended
    assert not (tmp_path / "run" / "valkey.sock").exists()


def test_data_of_another_major_is_refused_with_the_way_out(tmp_path: Path) -> None:
    data = private_folder(tmp_path / "postgres")
    (data / "PG_VERSION").write_text("15\n")
    with pytest.raises(EmbeddedError) as refused:
        start_postgres(tmp_path)
    told = str(refused.value)
    assert "PostgreSQL 15" in told
    assert "pg_dumpall" in told
    assert "\n" not in told


def test_a_lock_left_by_a_dead_server_does_not_stop_the_next(tmp_path: Path) -> None:
    start_postgres(tmp_path).stop()
    # Our own id: alive, and surely no PostgreSQL.
    lock = tmp_path / "postgres" / "postmaster.pid"
    lock.write_text(f"{os.getppid()}\n{tmp_path / 'postgres'}\n0\n5432\n\n\n\n\n")
    server = start_postgres(tmp_path)
    assert not server.ended
    server.stop()


def test_programs_of_another_major_are_refused(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "postgres"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 15.4'\n")
    program.chmod(0o755)
    with pytest.raises(EmbeddedError, match=r"PostgreSQL 18 is needed; .* 15\.4"):
        start_postgres(tmp_path / "state", str(program.parent))


def test_a_long_state_folder_moves_the_sockets_to_the_temporary_folder(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 100)
    folder = socket_folder(long)
    assert folder != long / "run"
    assert folder == socket_folder(long)
    assert folder != socket_folder(long / "y")
    assert len(os.fsencode(folder / POSTGRES_SOCKET)) <= LONGEST_SOCKET_PATH
    server = start_valkey(long)
    try:
        assert (folder / "valkey.sock").is_socket()
        assert folder.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
        folder.rmdir()


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "run").symlink_to(elsewhere)
    with pytest.raises(EmbeddedError, match="belongs to somebody else"):
        private_folder(tmp_path / "run")


def test_root_runs_postgres_as_another_user_id(tmp_path: Path, postgres: Server) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root needs another account")
    account = account_for(Path("/bin/true"))
    seen = subprocess.run(
        [*account.prefix, "id", "-u"], capture_output=True, text=True, check=True, user=account.uid
    )
    assert seen.stdout.strip() != "0"
    assert not postgres.ended


@pytest.fixture
def no_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root needs another account")
    monkeypatch.setattr(account, "_namespaces_work", lambda: False)


def test_a_user_whom_nobody_knows_gets_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers like to run as any number; PostgreSQL's initdb refuses those."""
    monkeypatch.setattr(os, "geteuid", lambda: 54_321)
    assert 54_321 not in account._known_users()
    monkeypatch.setattr(account, "_namespaces_work", lambda: True)
    prefix = account_for(Path("/bin/true")).prefix
    name = int(next(word for word in prefix if "--map-user=" in word).split("=")[1])
    assert name in account._known_users() - {0}
    monkeypatch.setattr(account, "_namespaces_work", lambda: False)
    with pytest.raises(EmbeddedError, match="54321, whom /etc/passwd does not know"):
        account_for(Path("/bin/true"))


@pytest.mark.usefixtures("no_namespaces")
def test_without_namespaces_root_says_what_another_user_cannot_reach(tmp_path: Path) -> None:
    hidden = private_folder(tmp_path / "hidden") / "postgres"
    hidden.write_text("#!/bin/sh\n")
    hidden.chmod(0o755)
    with pytest.raises(EmbeddedError, match=f"user 65534 may not reach {hidden}"):
        account_for(hidden)


@pytest.mark.usefixtures("no_namespaces")
def test_without_namespaces_root_uses_another_user_where_it_can() -> None:
    try:
        found = account_for(Path("/bin/true"))
    except EmbeddedError as error:
        pytest.skip(str(error))  # this Python lies in root's own folder
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        state = Path(folder) / "state"
        state.mkdir(mode=0o755)
        server = start_postgres(state)
        assert server.process is not None
        assert psutil.Process(server.process.pid).uids().real == found.uid
        server.stop()


def test_a_server_that_ends_at_once_is_told_with_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match="Broken did not start: out of luck"):
        launch(
            ["sh", "-c", "echo first; echo out of luck; exit 3"],
            name="Broken",
            account=account_for(Path("/bin/true")),
            log=tmp_path / "log" / "broken.log",
            end_signal=signal.SIGTERM,
            is_ready=lambda: False,
        )


STARTER = """
import sys, time
from pathlib import Path
from config.embedded.postgres import start_postgres
from config.embedded.valkey import start_valkey
state = Path(sys.argv[1])
servers = start_postgres(state), start_valkey(state)
print(*(server.process.pid for server in servers), flush=True)
time.sleep(600)
"""


@pytest.mark.slow
def test_kill_9_of_the_parent_leaves_no_server_behind(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    with parent, parent.stdout as output:
        pids = [int(word) for word in output.readline().split()]
        assert len(pids) == 2
        assert all(is_alive(pid) for pid in pids)
        parent.kill()
    limit = time.monotonic() + 10
    while any(is_alive(pid) for pid in pids) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not any(is_alive(pid) for pid in pids)
    # PostgreSQL was told to shut down, not torn off: nothing has to be recovered.
    assert "database system is shut down" in (tmp_path / "log" / "postgres.log").read_text()


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
