"""The examples in `docs/tracking.md` are taken as they stand."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from config.vendor.install import machine_node, wheel_node
from customers.activities import KINDS
from customers.ingest import judge
from customers.ingest_steps import Arrival
from talk.policy import Permission
from tests.cast import Cast
from tests.clients import program

PAGE = Path("docs/tracking.md").read_text(encoding="utf-8")
CURL = """curl() { printf '%s\\0' "$@"; }; SOBANI= TOKEN=t\n"""


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def called(example: str) -> tuple[str, Any, dict[str, str]]:
    """Return the path, body and headers that the example's shell gives to curl."""
    told = subprocess.run(
        ["bash", "-euc", CURL + example], capture_output=True, text=True, check=True
    ).stdout.split("\0")
    heads = [told[place + 1] for place, word in enumerate(told) if word == "-H"]
    headers = dict(head.split(": ", 1) for head in heads)
    return told[0], json.loads(told[told.index("-d") + 1]), headers


@pytest.mark.django_db
def test_a_server_s_calls_are_answered_as_it_says(cast: Cast) -> None:
    if not shutil.which("bash"):
        pytest.skip("there is no shell")
    system = program(cast.aoi, Permission.CUSTOMER_WRITE, Permission.ACTIVITY_WRITE)
    calls = list(zip(examples("sh"), examples("json"), strict=True))
    assert len(calls) == 2
    for example, answer in reversed(calls):  # the customer is told of in the second
        path, body, headers = called(example)
        del headers["Authorization"], headers["Content-Type"]
        told = system.post(path, body, content_type="application/json", headers=headers)
        assert told.json() == json.loads(answer)


def test_what_a_page_calls_is_taken() -> None:
    node = machine_node() or wheel_node()
    if node is None:
        pytest.skip("there is no Node")
    stub = "const told = []; const sobani = (...call) => told.push(call);"
    code = f"{stub}\n{chr(10).join(examples('js'))}\nconsole.log(JSON.stringify(told));"
    done = subprocess.run([node[0], "-e", code], capture_output=True, text=True, check=True)
    now = datetime.now(UTC)
    calls = [(kind, props) for what, kind, props in json.loads(done.stdout) if what == "track"]
    batch = [
        {"id": str(uuid4()), "kind": kind, "at": now.isoformat(), "props": props}
        for kind, props in calls
    ]
    assert [one.dropped for one in judge(batch, Arrival(now, now))] == [None] * 3
    assert {kind for kind, _ in calls} <= set(KINDS)
