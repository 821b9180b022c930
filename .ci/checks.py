"""The one list of checks, quick ones first: `make check` here and in CI.

Every check runs, whatever the others say; the exit code is 1 if any failed. Names as arguments
run only those.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from config.vendor.install import machine_node, wheel_node  # noqa: E402

# Listed here: Node expands patterns only since its version 21.
JAVASCRIPT_TESTS = sorted(str(path) for path in (ROOT / "tests" / "js").rglob("*.test.js"))
PYTHON = (sys.executable, "-m")
WORKERS = int(os.environ.get("WORKERS", "2"))
# What these show must not be wrong even once; and they break and measure what they run beside.
SERIOUS = ("tests/faults", "tests/security")
# A Chromium takes a core: with more of them than cores the tests' patience ends.
BROWSER = "tests/browser"
OTHERS = tuple(f"--ignore={folder}" for folder in (*SERIOUS, BROWSER))
# In the order of `tests/conftest.py`, not those with the most tests first: the long ones have few,
# and at the end one of them would run alone while the other workers have nothing left to do.
PYTEST = (*PYTHON, "pytest", "--dist", "loadfile", "--no-loadscope-reorder", "-r", "s")
CHECKS: dict[str, tuple[str, ...]] = {
    "tree": (*PYTHON, "pytest", "-q", "-p", "no:cacheprovider", "tests/config/test_tree.py"),
    "ruff": (*PYTHON, "ruff", "check"),
    "format": (*PYTHON, "ruff", "format", "--check"),
    "templates": (sys.executable, ".ci/templates.py"),
    "imports": (str(Path(sys.executable).with_name("lint-imports")),),
    "system": (sys.executable, "manage.py", "check", "--fail-level", "WARNING"),
    "migrations": (sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"),
    "tsc": ("node_modules/.bin/tsc", "--project", "tsconfig.json"),
    "biome": ("node_modules/.bin/biome", "ci", "--colors=off"),
    "javascript": ("node", "--test", *JAVASCRIPT_TESTS),
    "mypy": (*PYTHON, "mypy"),
    "serious": (*PYTEST, "-n", str(WORKERS), *SERIOUS),
    # One more than there are cores: part of the time a server is waited for.
    "pytest": (*PYTEST, "-n", str(WORKERS + 1), *OTHERS),
    "browser": (*PYTEST, "-n", str(WORKERS), BROWSER),
}
SHOWN = ("serious", "pytest", "browser")
"""These take minutes: their output is shown as it comes."""
AGAIN = (*PYTHON, "pytest", "-n", "0", "--last-failed", "--last-failed-no-failures", "none")
ONCE_MORE = {"pytest": (*AGAIN, *OTHERS), "browser": (*AGAIN, BROWSER)}
"""Browsers and sockets run against the clock of a shared machine: what failed is tried once more,
alone, and said so. What fails twice has failed; what is serious has failed at once."""
SOME_FAILED = 1  # pytest's exit code; others say that tests did not run


def main(names: list[str]) -> int:
    chosen = {name: CHECKS[name] for name in names or CHECKS}
    verdicts = {name: run(name, command) for name, command in chosen.items()}
    failed = [name for name, good in verdicts.items() if not good]
    say(f"{len(verdicts) - len(failed)} of {len(verdicts)} checks passed")
    if "browser" in chosen and not has_chromium():
        say("NOT RUN, for there is no Chromium on this machine: the tests in a browser")
    if failed:
        say(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def run(name: str, command: tuple[str, ...]) -> bool:
    began = time.monotonic()
    capture = None if name in SHOWN else subprocess.PIPE
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=capture,
        stderr=subprocess.STDOUT if capture else None,
        text=True,
        check=False,
    )
    good = done.returncode == 0
    if name in ONCE_MORE and done.returncode == SOME_FAILED:
        say("what failed is tried once more, alone")
        again = ONCE_MORE[name]
        good = subprocess.run(again, cwd=ROOT, env=environment(), check=False).returncode == 0
    if not good and done.stdout:
        say(done.stdout.rstrip())
    say(f"{name:<12}{time.monotonic() - began:7.1f} s  {'ok' if good else 'FAILED'}")
    return good


def has_chromium() -> bool:
    """Whether `tests/conftest.py` finds one; without it the tests in a browser are skipped."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return bool(os.environ.get("CHROMIUM")) or any(map(shutil.which, names))


def environment() -> dict[str, str]:
    """Node may come from a wheel: its folder goes first in the search path."""
    node, _npm = machine_node() or wheel_node()
    return {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
