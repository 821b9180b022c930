"""Static files of production: modules that import each other, and collecting only when needed."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.core.files.storage import FileSystemStorage
from pytest_django import Settings

from config.static_files import HashedStorage
from config.up import assets

MODULES = {
    "app.js": 'import { b } from "./b.js";\nexport const a = () => b;\n',
    "b.js": 'import { a } from "./app.js"; // and back again\nimport "./parts/c.js";\n'
    "export const b = () => a;\n",
    "parts/c.js": 'import { b } from "../b.js";\nawait import("../app.js");\nexport { b };\n',
    "look.css": "a { background: url(dot.svg) }\n",
    "dot.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def hashed(folder: Path) -> dict[str, str]:
    """Return what became of each file: its old name and its new one."""
    source = FileSystemStorage(folder)
    storage = HashedStorage(location=str(folder), base_url="/static/")
    made = storage.post_process({name: (source, name) for name in MODULES})
    found: dict[str, str] = {}
    for old, new, processed in made:
        assert not isinstance(processed, Exception), processed
        if new is not None and not new.endswith((".gz", ".br")):
            found[old] = new
    return found


def test_modules_that_import_each_other_get_one_hash_and_find_each_other(tmp_path: Path) -> None:
    write(tmp_path, MODULES)
    names = hashed(tmp_path)
    modules = {old: new for old, new in names.items() if old.endswith(".js")}
    assert len({new.split(".")[-2] for new in modules.values()}) == 1
    for new in modules.values():
        text = (tmp_path / new).read_text()
        for target in re.findall(r'(?:from|import|import\()\s*"([^"]+)"', text):
            assert ((tmp_path / new).parent / target).exists(), (new, target)
            assert re.search(r"\.[0-9a-f]{12}\.js$", target)


def test_a_changed_module_renames_all_modules_but_no_style(tmp_path: Path) -> None:
    write(tmp_path / "one", MODULES)
    write(tmp_path / "two", MODULES | {"parts/c.js": MODULES["parts/c.js"] + "// changed\n"})
    one, two = hashed(tmp_path / "one"), hashed(tmp_path / "two")
    assert all(one[name] != two[name] for name in MODULES if name.endswith(".js"))
    assert one["look.css"] == two["look.css"]


@pytest.fixture
def small_site(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    source = tmp_path / "source"
    write(source, MODULES)
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [source]
    settings.STATIC_ROOT = tmp_path / "root"
    backend = {"BACKEND": "config.static_files.HashedStorage"}
    settings.STORAGES = django_settings.STORAGES | {"staticfiles": backend}
    finders.get_finder.cache_clear()
    yield source
    finders.get_finder.cache_clear()


def test_files_are_collected_again_only_when_one_has_changed(
    small_site: Path, tmp_path: Path
) -> None:
    manifest = tmp_path / "root" / "staticfiles.json"
    assets.collect()
    first = manifest.read_text()
    os.utime(manifest, (1, 1))
    assets.collect()
    assert manifest.stat().st_mtime == 1
    (small_site / "app.js").write_text(MODULES["app.js"] + "// changed\n")
    assets.collect()
    assert manifest.stat().st_mtime > 1
    assert manifest.read_text() != first
