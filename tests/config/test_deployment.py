"""Files for deployments agree with the code: names of settings, parts, versions, translations."""

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.pofile import read_po
from django.conf import settings
from packaging.version import Version

from config import catalogues, env
from config.doctor.examination import OF_THIS_MACHINE
from config.management.commands.settings_table import table, with_table
from config.up.programs import PARTS

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = [name for name, service in COMPOSE["services"].items() if service["image"] == "sobani"]


def test_the_readmes_table_is_current() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert table() in readme, "run: manage.py settings_table --write"
    assert with_table(readme) == readme


def test_every_part_is_a_service_that_is_watched() -> None:
    assert {*OURS} == {*PARTS}
    for name in OURS:
        service = COMPOSE["services"][name]
        assert service["command"].split()[-1] == name
    assert all("healthcheck" in service for service in COMPOSE["services"].values())


def test_worker_and_beat_are_asked_for_by_their_own_containers() -> None:
    for part in OF_THIS_MACHINE:
        asked = COMPOSE["services"][part]["healthcheck"]["test"]
        assert asked == ["CMD", "python", "manage.py", "doctor", part]
    assert {*OURS} == {"web", *OF_THIS_MACHINE}


def test_its_secrets_are_kept_from_git_and_from_the_image() -> None:
    files = {secret["file"] for secret in COMPOSE["secrets"].values()}
    assert files >= {"secret_key", "database_password", "database_url"}
    for ignored, slash in ((".gitignore", "/"), (".dockerignore", "")):
        lines = (ROOT / ignored).read_text().splitlines()
        assert {f"{slash}{file}" for file in files} <= {*lines}, ignored


def test_compose_names_only_settings_that_exist() -> None:
    for name in OURS:
        names = {given.removesuffix("_FILE") for given in COMPOSE["services"][name]["environment"]}
        assert names <= env.declared.keys()
        assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "PUBLIC_URL"} <= names


def test_the_image_sets_only_settings_that_exist_and_is_production() -> None:
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    [line] = re.findall(r"^ENV (.*)$", text, re.MULTILINE)
    given = dict(word.split("=", 1) for word in line.split())
    assert given.pop("PATH")
    assert given.keys() <= env.declared.keys()
    assert given["PROFILE"] == "production"


FLOORS = {
    "django": "5.2.17",
    "daphne": "4.2.2",
    "djangorestframework": "3.15.2",
    "celery": "5.2.2",
    "channels-redis": "4.3",
}


@pytest.mark.parametrize(("package", "floor"), FLOORS.items())
def test_no_version_with_a_known_hole(package: str, floor: str) -> None:
    assert Version(version(package)) >= Version(floor)
    [pin] = re.findall(
        rf"^{package}(?:\[\w+\])?==([\w.]+)", (ROOT / "requirements/base.txt").read_text(), re.M
    )
    assert Version(pin) >= Version(floor)


def test_settings_that_other_things_stand_on() -> None:
    assert settings.DATABASES["default"]["CONN_HEALTH_CHECKS"] is True
    assert settings.CELERY_ACCEPT_CONTENT == ["json"]
    assert settings.CELERY_TASK_ACKS_LATE is True
    renderers = settings.REST_FRAMEWORK["DEFAULT_RENDERER_CLASSES"]
    assert not [name for name in renderers if "Browsable" in name]
    assert "NUM_PROXIES" in settings.REST_FRAMEWORK


def test_every_text_has_a_japanese_translation() -> None:
    found = [path for path in catalogues.catalogues() if "/ja/" in path.as_posix()]
    assert found
    for path in found:
        with path.open("rb") as file:
            missing = [message.id for message in read_po(file) if message.id and not message.string]
        assert missing == [], path


def test_translations_compile(tmp_path: Path) -> None:
    po = tmp_path / "django.po"
    po.write_bytes(catalogues.catalogues()[0].read_bytes())
    assert catalogues.compile_catalogue(po).read_bytes()[:4] == b"\xde\x12\x04\x95"
