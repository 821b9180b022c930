"""Write the locks anew: hashes, no addresses, so that they work behind any mirror (`make lock`)."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = {
    "dev": ("--extra", "embedded", "--group", "dev", "pyproject.toml"),
    "run": ("--extra", "embedded", "pyproject.toml"),
    "uvicorn": ("--extra", "embedded", "--extra", "uvicorn", "pyproject.toml"),
    "base": ("pyproject.toml",),
    "node": ("--group", "node"),
}
COMPILE = (
    *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"),
    *("--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-header"),
)

for name, what in LOCKS.items():
    target = f"requirements/{name}.txt"
    subprocess.run([*COMPILE, *what, "--output-file", target], cwd=ROOT, check=True)
subprocess.run(["npm", "install", "--package-lock-only"], cwd=ROOT, check=True)
