"""A process of its own that does what tests ask of Django: the cast, and changes behind the scenes.

One JSON object a line, `{"do": name, ...}` in, `{"done": value}` or `{"failed": text}` out. So the
tests' own process needs no Django database, and flows look at the site from outside only.
"""

import importlib
import json
import os
import subprocess
import sys
from typing import Any

import django
from django.db import connections


class Stagehand:
    """Runs tasks in a process with the site's environment.

    `hand.do("cast")` is a function of `backstage`, `hand.do("shopfloor.demo")` one of `shopfloor`.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.site.stagehand"],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, task: str, **values: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": task, **values}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"failed": "stagehand ended"}')
        if "failed" in answer:
            raise AssertionError(f"{task}: {answer['failed']}")
        return answer["done"]

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(line)) + "\n")
        sys.stdout.flush()


def _answer(line: str) -> dict[str, Any]:
    request = json.loads(line)
    place, _, task = request.pop("do").rpartition(".")
    try:
        # By name, for they need Django to be set up.
        tasks = importlib.import_module(f"tests.site.{place or 'backstage'}")
        return {"done": getattr(tasks, task)(**request)}
    except Exception as error:  # noqa: BLE001  # the asker raises it again
        return {"failed": f"{type(error).__name__}: {error}"}
    finally:
        connections.close_all()  # as after a request: the next task finds a checked one


if __name__ == "__main__":
    main()
