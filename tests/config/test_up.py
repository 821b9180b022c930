"""`manage.py up` as a whole: started, found again, crashed, ended, refused."""

import os
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from config.embedded.folders import private_folder
from config.embedded.places import database_url, socket_folder
from config.embedded.postgres import start_postgres
from tests.config.running import Up, all_gone, free_port, prepare

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
EVERYTHING = ("web.1", "web.2", "worker.1", "beat.1", "postgres.1", "valkey.1")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with a database; each test starts on what the one before it left."""
    folder = tmp_path_factory.mktemp("up")
    prepare(folder)
    return folder


def test_it_starts_tells_the_addresses_and_ends_in_order(state: Path) -> None:
    with Up(state) as up:
        address = f"http://localhost:{up.port}"
        up.until(f"Console: {address}/$")
        up.until(f"Demo shop: {address}/demo/$")
        up.until(f"Administration: {address}/admin/$")
        up.until(f"API: {address}/api/docs/$")
        up.until_complete()
        assert up.tree().keys() == {*EVERYTHING}
        assert up.get("/readyz") == 200
        processes = psutil.Process(up.process.pid).children(recursive=True)
        code, seconds = up.stop()
        assert (code, seconds < 15) == (0, True)
        assert all_gone(processes, 1)
    stopped = [line for line in up.lines if "drained" in line or "Warm shutdown" in line]
    assert [line.split(" ")[0].split(".")[0] for line in stopped] == ["web", "web", "worker"]
    log = (state / "log" / "postgres.log").read_text()
    assert "database system is shut down" in log


def test_ctrl_c_ends_it_too_and_a_second_start_uses_the_same_data(state: Path) -> None:
    before = (state / "postgres" / "global" / "pg_control").stat().st_ino
    with Up(state) as up:
        up.until("Console: ")
        assert up.stop(signal.SIGINT)[0] == 0
    assert (state / "postgres" / "global" / "pg_control").stat().st_ino == before
    assert not [line for line in up.lines if "Applying" in line or "Traceback" in line]


def test_kill_9_leaves_nothing_behind(state: Path) -> None:
    with Up(state) as up:
        up.until("Console: ")
        up.until_tree(*EVERYTHING)
        processes = psutil.Process(up.process.pid).children(recursive=True)
        assert len(processes) >= len(EVERYTHING)
        up.process.kill()
        assert all_gone(processes, 15)


def test_a_second_signal_ends_it_at_once(state: Path) -> None:
    with Up(state) as up:
        up.until("Console: ")
        processes = psutil.Process(up.process.pid).children(recursive=True)
        os.kill(up.process.pid, signal.SIGTERM)
        os.kill(up.process.pid, signal.SIGTERM)
        up.process.wait(timeout=5)
        assert all_gone(processes, 5)


def test_a_crashed_part_comes_back_and_meanwhile_the_other_serves(state: Path) -> None:
    with Up(state) as up:
        up.until("Console: ")
        tree = up.until_tree(*EVERYTHING)
        tree["web.1"].kill()
        tree["web.1"].wait(5)
        assert {up.get("/readyz") for _ in range(20)} == {200}
        tree["beat.1"].kill()
        up.until(r"web\.\d +\| ended \(signal SIGKILL\), starts again in ")
        up.until(r"beat +\| ended \(signal SIGKILL\), starts again in ")
        again = up.until_tree(*EVERYTHING)
        assert again["web.1"].pid != tree["web.1"].pid or again["web.2"].pid != tree["web.2"].pid
        former = {tree["web.1"].pid, tree["web.2"].pid}
        for process in (again["web.1"], again["web.2"]):
            if process.pid in former:  # the one that served: now the other has to
                process.kill()
                process.wait(5)
        assert {up.get("/readyz") for _ in range(20)} == {200}
        assert up.stop()[0] == 0


def test_an_ended_database_ends_everything_with_one_line(state: Path) -> None:
    with Up(state) as up:
        up.until("Console: ")
        tree = up.until_tree(*EVERYTHING)
        tree["postgres.1"].send_signal(signal.SIGQUIT)
        assert up.process.wait(timeout=30) == 1
        up.until("^Sobani stopped: PostgreSQL ended: ")
        assert all_gone(list(tree.values()), 5)


def test_another_live_start_on_the_same_data_is_possible(state: Path) -> None:
    with Up(state, "web") as first:
        first.until("Console: ")
        with Up(state, "web") as second:
            second.until("Console: ")
            assert {name.split(".")[0] for name in second.tree()} == {"web"}
            assert second.stop()[0] == 0
        assert first.get("/readyz") == 200
        assert first.stop()[0] == 0


def test_phones_are_there_where_they_are_wanted(state: Path) -> None:
    port = free_port()
    with Up(state, "web", LINE_SIMULATOR="1", LINE_SIMULATOR_PORT=str(port)) as up:
        up.until(f"LINE on a phone: http://localhost:{port}/line-simulator/$")
        assert up.until_tree("web.1", "web.2", "line.1", "postgres.1", "valkey.1")
        assert up.get("/line-simulator/", port) == 200
        processes = psutil.Process(up.process.pid).children(recursive=True)
        code, seconds = up.stop()
        assert (code, seconds < 15) == (0, True)
        assert all_gone(processes, 1)


def test_named_databases_are_used_and_none_is_started(state: Path, tmp_path: Path) -> None:
    server = start_postgres(state)
    try:
        url = f"postgresql://sobani@/sobani?host={state / 'run'}"
        with Up(tmp_path, "web", DATABASE_URL=url, REDIS_URL="redis://127.0.0.1:9/0") as up:
            up.until("Console: ")
            assert {name.split(".")[0] for name in up.tree()} == {"web"}
            assert up.stop()[0] == 0
    finally:
        server.stop()
    assert not (tmp_path / "postgres").exists()


def ends_with_one_line(up: Up, seconds: float = 60) -> str:
    assert up.process.wait(timeout=seconds) == 1
    up.until("^Sobani stopped: ")
    told = [line for line in up.lines if line]
    assert len(told) == 1, told
    return told[0]


def test_a_taken_port_is_one_line_and_no_database_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with Up(tmp_path / "state", PORT=str(port)) as up:
            line = ends_with_one_line(up)
    assert line == (
        f"Sobani stopped: port {port} is taken by another program; choose another one with PORT=…"
    )
    assert not (tmp_path / "state").exists()


def test_data_of_another_major_is_one_line(tmp_path: Path) -> None:
    data = private_folder(tmp_path / "postgres")
    (data / "PG_VERSION").write_text("16\n")
    with Up(tmp_path) as up:
        line = ends_with_one_line(up)
    assert "was written by PostgreSQL 16, this is 18: dump it with" in line


def test_a_database_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    """It tells which server and why, and no password."""
    port = free_port()
    url = f"postgresql://nobody:secret@127.0.0.1:{port}/x"
    with Up(tmp_path, DATABASE_URL=url, REDIS_URL="redis://127.0.0.1:9/0") as up:
        line = ends_with_one_line(up)
    assert line == (
        "Sobani stopped: the database refused (see DATABASE_URL): "
        f'connection to server at "127.0.0.1", port {port} failed: Connection refused'
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A file system of 20 MB; only root can make one."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(folder)], check=False
    )
    if made.returncode:
        pytest.skip("a small disk can only be made by root, outside of a container")
    return folder


def test_a_full_disk_is_one_line(small_disk: Path) -> None:
    try:
        with Up(small_disk / "state") as up:
            line = ends_with_one_line(up)
    finally:
        subprocess.run(["umount", str(small_disk)], check=True)
    assert line.startswith("Sobani stopped: the disk is full: ")
    assert line.endswith("100 MB are needed")


def test_the_databases_run_alone_until_a_signal(state: Path) -> None:
    with Up(state, "databases") as up:
        up.until(f"PostgreSQL: psql -h {socket_folder(state)} -U sobani$")
        assert up.tree().keys() == {"postgres.1", "valkey.1"}
        psycopg.connect(database_url(state)).close()
        processes = psutil.Process(up.process.pid).children(recursive=True)
        assert up.stop()[0] == 0
        assert all_gone(processes, 5)


def test_an_unknown_part_is_refused(tmp_path: Path) -> None:
    with Up(tmp_path, "mail") as up:
        assert up.process.wait(timeout=60) == 1
        up.until("Sobani has no part mail: web, worker, beat")


def test_it_ends_when_nobody_reads_it(state: Path) -> None:
    """`make run | head`: without a reader it would fill a pipe and hang."""
    with Up(state, "web") as up:
        up.until("Console: ")
        processes = psutil.Process(up.process.pid).children(recursive=True)
        up.stop_reading()
        for _ in range(3):  # the web process writes a line about each
            with suppress(OSError):  # 404, and after the end no answer at all
                up.get("/no-such-page")
        assert up.process.wait(timeout=30) == 1
        assert all_gone(processes, 5)
