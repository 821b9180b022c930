"""Starts the load client and walks through its phases."""

import subprocess
import sys
from typing import Any

import msgspec

from bench.ground import ROOT

Figures = dict[str, float | str]


class LoadClient:
    """Usage: `at_ready()`, look at the servers, `go()`, … and `result()` at the end."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._say(msgspec.json.encode(spec).decode())

    def at_ready(self) -> None:
        line = self._line()
        if line != "ready":
            raise RuntimeError(f"the load client said {line!r}")

    def go(self) -> None:
        self._say("go")

    def result(self) -> Figures:
        figures: Figures = msgspec.json.decode(self._line())
        self._process.wait(30)
        return figures

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the load client ended with {self._process.wait()}")
        return line.strip()
