"""The examples in `docs/identity.md` sign what we accept."""

import os
import re
import secrets
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest

from config.vendor.install import machine_node, wheel_node
from talk.identity_tokens import Key, read

PAGE = Path("docs/identity.md").read_text(encoding="utf-8")
SECRET = secrets.token_urlsafe(32)
KEY_ID = UUID(int=1)
GIVEN = {"SOBANI_INBOX": "the-inbox", "SOBANI_SECRET": SECRET}


def example(language: str) -> str:
    [code] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[:1]
    return str(code)


def output(*command: str) -> str:
    environment = {**os.environ, **GIVEN}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def check(token: str) -> None:
    signed = read(token, [Key(KEY_ID, "HS256", SECRET)], audience="the-inbox", now=time.time())
    assert (signed.user_id, signed.traits) == ("user-42", {"name": "山田"})


def test_the_python_example_signs() -> None:
    code = example("python") + "\nprint(identity('user-42', name='山田'))"
    check(output(sys.executable, "-X", "utf8", "-c", code))


def test_the_node_example_signs() -> None:
    node = machine_node() or wheel_node()
    if node is None:
        pytest.skip("there is no Node")
    code = example("js") + "\nconsole.log(identity('user-42', { name: '山田' }))"
    check(output(node[0], "-e", code))
