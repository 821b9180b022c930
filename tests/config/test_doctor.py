"""The doctor: every finding it can make, in both languages."""

import io
import socket
import threading
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import translation
from psycopg.conninfo import make_conninfo
from pytest_django import Settings

from config import heartbeats
from config.doctor import machine, sockets, stores
from config.doctor.examination import examine
from config.doctor.finding import Finding, State
from config.embedded.places import redis_url
from customers import ahead

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def findings(name: str) -> list[Finding]:
    return [*examine([name])]


def states(name: str) -> dict[str, State]:
    return {finding.part: finding.state for finding in findings(name)}


def test_a_good_database() -> None:
    expected = {"Database": State.GOOD, "Migrations": State.GOOD, "Clock": State.GOOD}
    assert states("database") == expected


def test_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(stores, "conninfo", lambda: f"host={tmp_path} dbname=x")
    [finding] = findings("database")
    assert finding.state is State.BROKEN
    assert finding.text.startswith("PostgreSQL does not answer: ")
    assert "DATABASE_URL" in finding.cure


def test_a_role_that_may_not_look(monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS sobani_stranger")
        cursor.execute("CREATE ROLE sobani_stranger LOGIN")
    stranger = make_conninfo(stores.conninfo(), user="sobani_stranger")
    monkeypatch.setattr(stores, "conninfo", lambda: stranger)
    try:
        found = findings("database")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP ROLE sobani_stranger")
    assert found[-1].state is State.BROKEN
    assert found[-1].text.endswith("permission denied for table django_migrations")


def test_a_missing_migration() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("sessions", "0001_initial")
    try:
        found = {finding.part: finding for finding in findings("database")}
    finally:
        recorder.record_applied("sessions", "0001_initial")
    assert found["Migrations"].state is State.BROKEN
    assert found["Migrations"].text == "1 changes to the tables are not applied."


def test_a_missing_partition() -> None:
    name = next(iter(ahead.next_names()))
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {name}")
    try:
        assert states("database")["Partitions"] is State.BROKEN
    finally:
        ahead.ensure()
    assert "Partitions" not in states("database")


def test_a_new_database_misses_all_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = make_conninfo(stores.conninfo(), dbname="postgres")
    monkeypatch.setattr(stores, "conninfo", lambda: empty)
    assert states("database")["Migrations"] is State.BROKEN


def test_a_database_that_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    try:
        found = findings("database")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" RESET synchronous_commit')
    [finding] = [finding for finding in found if finding.state is State.BROKEN]
    assert finding.text.startswith("synchronous_commit is off")


def test_a_clock_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    now = stores.time.time()
    monkeypatch.setattr(stores.time, "time", lambda: now + 90)
    found = {finding.part: finding for finding in findings("database")}
    assert found["Clock"].state is State.WORTH_KNOWING
    assert "NTP" in found["Clock"].cure


def test_valkey_that_answers_and_valkey_that_is_away(settings: Settings, tmp_path: Path) -> None:
    assert states("valkey") == {"Valkey": State.GOOD}
    settings.REDIS_URL = redis_url(tmp_path)
    assert states("valkey") == {"Valkey": State.BROKEN}
    assert states("jobs") == {"Worker": State.UNKNOWN, "Beat": State.UNKNOWN}


def test_worker_and_beat_by_their_signs_of_life() -> None:
    cache.set("heartbeat:worker", stores.time.time() - 3, 60)
    cache.delete("heartbeat:beat")
    worker, beat = findings("jobs")
    assert (worker.state, worker.text) == (State.GOOD, "Seen 3 seconds ago.")
    assert (beat.state, beat.text) == (State.BROKEN, "No sign of life for 60 seconds.")
    assert "manage.py up beat" in beat.cure


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_a_container_asks_for_its_own_part_whatever_others_do(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = f"{uuid4().hex}.example"
    monkeypatch.setattr(heartbeats.socket, "gethostname", lambda: "another.example")
    monkeypatch.setattr(heartbeats, "_last", {})
    heartbeats.note(part)
    monkeypatch.setattr(heartbeats.socket, "gethostname", lambda: own)
    [finding] = findings(part)
    assert finding.state is State.BROKEN
    assert f"manage.py up {part}" in finding.cure
    monkeypatch.setattr(heartbeats, "_last", {})
    heartbeats.note(part)
    [finding] = findings(part)
    assert (finding.state, finding.text) == (State.GOOD, "Seen 0 seconds ago.")


@pytest.mark.parametrize(
    ("free_mb", "state"),
    [(99, State.BROKEN), (500, State.WORTH_KNOWING), (5000, State.GOOD)],
)
def test_the_disk(free_mb: int, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: usage(0, 0, free_mb * 2**20))
    assert states("disk") == {"Disk": state}


def test_a_folder_that_is_not_there_yet_lies_on_its_parents_disk(
    settings: Settings, tmp_path: Path
) -> None:
    settings.STATE_DIR = tmp_path / "not" / "yet"
    assert [finding.part for finding in findings("disk")] == ["Disk"]


def test_mail_that_is_not_sent(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert states("mail") == {"Mail": State.WORTH_KNOWING}


def test_mail_by_a_server(settings: Settings) -> None:
    settings.EMAIL_BACKEND = machine.SMTP
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = ""
    settings.EMAIL_HOST = "127.0.0.1"
    with answering([b"220 mail ready\r\n", b"250 hello\r\n", b"221 bye\r\n"]) as port:
        settings.EMAIL_PORT = port
        assert states("mail") == {"Mail": State.GOOD}
    assert states("mail") == {"Mail": State.BROKEN}


OPENED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


def test_sockets_that_refuse_strangers_are_good(settings: Settings) -> None:
    with answering([OPENED, b"\x88\x02\x0f\xa1"]) as port:  # a close frame with 4001
        settings.PORT = port
        assert states("sockets") == {"Sockets": State.GOOD}


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([b"HTTP/1.1 403 Forbidden\r\n\r\n"], "the answer HTTP/1.1 403 Forbidden."),
        ([OPENED, b"\x88\x02\x03\xf3"], "the answer 1011."),
        ([OPENED], "the answer silence."),
        ([b""], "the answer nothing."),
    ],
)
def test_sockets_that_answer_otherwise_are_broken(
    answers: list[bytes], told: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "ANSWER_SECONDS", 1)
    with answering(answers) as port:
        settings.PORT = port
        [finding] = findings("sockets")
    assert finding.state is State.BROKEN
    assert told in finding.text


def test_no_server_at_all(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.PORT = taken.getsockname()[1]
        [finding] = findings("sockets")
    assert finding.text.startswith(f"No web server at 127.0.0.1:{settings.PORT}: ")


def test_the_command_fails_when_something_is_broken(settings: Settings, tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("doctor", "valkey", stdout=out)
    assert out.getvalue() == "[good] Valkey: Valkey answers.\n"
    settings.REDIS_URL = redis_url(tmp_path)
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "valkey", stdout=out)
    assert ended.value.code == 1
    assert "\n      → No message is lost meanwhile" in out.getvalue()
    with pytest.raises(CommandError, match="not one of database, valkey"):
        call_command("doctor", "teeth")


def test_it_speaks_japanese() -> None:
    out = io.StringIO()
    with translation.override("ja"):
        call_command("doctor", "valkey", stdout=out)
    assert out.getvalue() == "[正常] Valkey: Valkey が応答しています。\n"


@contextmanager
def answering(answers: list[bytes]) -> Iterator[int]:
    """A server on loopback that says the next thing whenever something was said to it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_answer_one, args=(listener, answers))
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def _answer_one(listener: socket.socket, answers: list[bytes]) -> None:
    opened, _address = listener.accept()
    with opened:
        opened.settimeout(5)
        speaks_first = answers[0].startswith(b"220")
        for number, answer in enumerate(answers):
            if number or not speaks_first:
                opened.recv(4096)
            opened.sendall(answer)
        if answers == [OPENED]:
            opened.recv(4096)
            opened.recv(4096)  # until the other side gives up
