"""Limits are counted by this process alone while Valkey is away, and nobody waits for it twice."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from limits import parse
from pytest_django import Settings

from talk.errors import Throttled
from talk.widget import limits


@pytest.fixture
def asked(settings: Settings, tmp_path: Path) -> Iterator[socket.socket]:
    """A Valkey that accepts connections and never answers."""
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "silent.sock"))
        silent.listen(100)
        silent.setblocking(False)
        settings.REDIS_URL = f"unix://{tmp_path}/silent.sock"
        limits.limiters.cache_clear()
        yield silent
        limits.limiters.cache_clear()
        limits.heard_again()


def connections(silent: socket.socket) -> int:
    found = 0
    while True:
        try:
            silent.accept()[0].close()
        except BlockingIOError:
            return found
        found += 1


def test_f9_a_silent_valkey_is_asked_once_and_limits_still_hold(asked: socket.socket) -> None:
    three = parse("3/minute")
    for _ in range(3):
        limits.spend(three, "test", "somebody")
        limits.require_left(parse("9/minute"), "other", "somebody")
    with pytest.raises(Throttled):
        limits.spend(three, "test", "somebody")
    first = connections(asked)
    assert first >= 1
    limits.spend(three, "test", "another")
    assert connections(asked) == 0, "it was asked again at once"
    limits.heard_again()
    limits.spend(three, "test", "a third")
    assert connections(asked) >= 1
