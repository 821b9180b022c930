"""The page that the console begins with."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from talk.console import BUNDLE, MAIN, MODULES, scripts
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client) -> str:
    client.force_login(Cast().oto)
    answer = client.get(reverse("console"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_strangers_are_sent_to_the_log_in_and_back(client: Client) -> None:
    address = f"/c/{uuid4()}?view=mine"
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"] == f"/login/?next={address.replace('?', '%3F').replace('=', '%3D')}"


def test_every_conversation_has_an_address(client: Client) -> None:
    client.force_login(Cast().oto)
    assert client.get(f"/c/{uuid4()}").status_code == 200
    assert client.get("/c/nothing").status_code == 404


def test_every_file_that_the_page_names_exists(page: str) -> None:
    named = re.findall(r'(?:href|src)="/static/([^"]+)"', page)
    assert len(named) > 60
    assert [name for name in named if finders.find(name) is None] == []


def test_the_page_names_every_module_that_another_asks_for() -> None:
    asked = {
        (file.parent / name).resolve()
        for file in map(found, MODULES)
        for name in re.findall(
            r'^(?:import|export|\}) .*?"(\.[^"]+)"', file.read_text(), re.MULTILINE
        )
    }
    assert found("protocol/reconnect.js") in asked
    assert asked - set(map(found, MODULES)) == set()


def found(module: str) -> Path:
    return Path(str(finders.find(module))).resolve()


def test_every_stylesheet_is_in_the_page(page: str) -> None:
    root = Path(str(finders.find("console/css/layers.css"))).parent
    written = {f"css/{path.relative_to(root).as_posix()}" for path in root.rglob("*.css")}
    assert "css/components/list.css" in written
    assert set(re.findall(r"console/(css/[\w/]+\.css)", page)) == written


def test_nothing_in_the_page_needs_an_exception_from_the_policy(page: str) -> None:
    assert re.findall(r"<script[^>]*>[^<\s]", page) == []
    assert re.findall(r"\sstyle=|\son\w+=|<style", page) == []


@pytest.fixture
def bundle(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Where set-up puts the console of production."""
    settings.PRODUCTION = True
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [tmp_path]
    finders.get_finder.cache_clear()
    scripts.cache_clear()
    file = tmp_path / BUNDLE
    file.parent.mkdir()
    yield file
    finders.get_finder.cache_clear()
    scripts.cache_clear()


def test_production_sends_one_file(bundle: Path) -> None:
    bundle.write_text("")
    assert scripts() == {"script": BUNDLE, "modules": ()}


def test_without_a_bundle_the_modules_are_served(bundle: Path) -> None:
    assert scripts() == {"script": MAIN, "modules": MODULES}


def test_a_bundle_that_is_older_than_a_module_is_not_used(bundle: Path) -> None:
    bundle.write_text("")
    os.utime(bundle, (1, 1))
    assert scripts() == {"script": MAIN, "modules": MODULES}


def test_development_serves_what_is_written(bundle: Path, settings: Settings) -> None:
    bundle.write_text("")
    settings.PRODUCTION = False
    assert scripts() == {"script": MAIN, "modules": MODULES}
