"""Environment variables: read, refused in plain words, or taken from a file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def forget_declarations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "declared", {})


def test_a_file_comes_before_the_variable_and_loses_its_last_newline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from the file\n")
    monkeypatch.setenv("WORD", "from the variable")
    assert env.text("WORD", "default", "a word") == "from the variable"
    monkeypatch.setenv("WORD_FILE", str(secret))
    assert env.text("WORD", "default", "a word") == "from the file"


def test_a_missing_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORD_FILE", str(tmp_path / "absent"))
    with pytest.raises(ImproperlyConfigured, match=r"WORD_FILE: .*absent: No such file"):
        env.text("WORD", "default", "a word")


def test_a_file_that_is_no_text_is_named_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_bytes(b"canary\xff")
    monkeypatch.setenv("WORD_FILE", str(tmp_path / "key"))
    with pytest.raises(ImproperlyConfigured, match=r"^WORD_FILE: .*key: not UTF-8$"):
        env.text("WORD", "default", "a word")


@pytest.mark.parametrize(
    ("given", "problem"),
    [("many", "'many' is not a whole number"), ("0", "0 is below 1"), ("", "'' is not a whole")],
)
def test_a_wrong_number_is_refused(
    given: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNT", given)
    with pytest.raises(ImproperlyConfigured, match=problem):
        env.number("COUNT", 3, "how many", least=1)


@pytest.mark.parametrize(("given", "meant"), [("1", True), ("TRUE", True), ("no", False)])
def test_flags(given: str, meant: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOUD", given)
    assert env.flag("LOUD", not meant, "how") is meant


def test_a_flag_that_is_neither_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOUD", "maybe")
    with pytest.raises(ImproperlyConfigured, match="'maybe' is neither 1 nor 0"):
        env.flag("LOUD", False, "how")


def test_words_and_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTS", "a.example, ,b.example")
    monkeypatch.setenv("COLOUR", "green")
    assert env.words("HOSTS", "", "names") == ["a.example", "b.example"]
    with pytest.raises(ImproperlyConfigured, match="'green' is not one of red, blue"):
        env.choice("COLOUR", "red", "which", among=("red", "blue"))


def test_every_declaration_is_kept_for_the_table() -> None:
    env.number("COUNT", 3, "how many")
    assert env.declared == {"COUNT": env.Variable("COUNT", "3", "how many")}


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "PORT"])
def test_settings_take_each_variable_from_a_file(name: str, tmp_path: Path) -> None:
    """In a process of its own: settings are read once."""
    value = {"PORT": "23456", "DATABASE_URL": "postgresql://u:p@db.example/x"}.get(name, "k" * 60)
    (tmp_path / "value").write_text(value + "\n")
    environment = {key: word for key, word in os.environ.items() if key != name}
    told = subprocess.run(
        [sys.executable, "-c", f"from config import settings; print(settings.{name})"],
        cwd=ROOT,
        env={**environment, f"{name}_FILE": str(tmp_path / "value")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == value


@pytest.mark.parametrize("url", ["", "filemail:///srv/mails", "filemail:////srv/mails"])
def test_mails_that_become_files_lie_where_the_settings_say(url: str) -> None:
    """Wherever the process stands: links that reset passwords belong into no working folder."""
    environment = {key: word for key, word in os.environ.items() if key != "EMAIL_URL"}
    environment |= {"STATE_DIR": "/srv/state", **({"EMAIL_URL": url} if url else {})}
    told = subprocess.run(
        [sys.executable, "-c", "from config import settings; print(settings.EMAIL_FILE_PATH)"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == ("/srv/mails" if url else "/srv/state/mail")


def test_a_wrong_variable_is_one_line_and_exit_code_1() -> None:
    told = subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT,
        env={**os.environ, "PORT": "eighty"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert told.stderr == "Sobani cannot start: PORT: 'eighty' is not a whole number\n"
