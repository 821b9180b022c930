"""What the repository may not hold, and what must agree with something else in it."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Put together here, so that this file does not hold them itself.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
    )
]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;]+)", re.MULTILINE)


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git working copy")
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def test_no_tracked_file_names_a_package_registry() -> None:
    files = tracked_files()
    assert ROOT / "pyproject.toml" in files
    found = [
        f"{path.relative_to(ROOT)}: {registry}"
        for path in files
        for registry in REGISTRIES
        if registry.encode() in path.read_bytes()
    ]
    assert found == []


def test_python_locks_have_hashes_and_no_addresses() -> None:
    assert [lock.stem for lock in LOCKS] == ["base", "dev", "node", "run", "uvicorn"]
    for lock in LOCKS:
        text = lock.read_text()
        assert "://" not in text, lock
        assert "--index" not in text, lock
        blocks = re.split(r"\n(?=[a-z0-9])", text)
        assert all("--hash=sha256:" in block for block in blocks), lock


def test_python_locks_agree_with_each_other() -> None:
    base, dev, _node, run, uvicorn = (dict(PIN.findall(lock.read_text())) for lock in LOCKS)
    assert base.items() <= run.items() <= uvicorn.items() <= dev.items()
    assert {"django", "daphne", "celery"} <= base.keys()


def test_the_npm_lock_has_hashes_and_no_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert "node_modules/lit" in packages
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-"), name


def test_no_third_party_code_is_tracked() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in tracked_files()]
    assert not [name for name in names if "/static/vendor/" in name or "node_modules" in name]
    assert not [name for name in names if name.endswith((".min.js", ".whl", ".mo"))]
