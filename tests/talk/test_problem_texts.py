"""Nobody reads a problem's English `detail`: console and widget have words for every code."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import talk
from talk.errors import CannotSend, Problem

STATIC = Path(talk.__file__).parent / "static"
PRESENT = {"invalid", "unsupported_file", "method_not_allowed", "idempotency_key_reused"}

OF_OPERATORS = {CannotSend.code}
"""A widget is never told: what goes to other channels is sent by operators alone."""


def problem_codes() -> set[str]:
    """Return the code of every problem that any of our modules can raise."""
    for module in pkgutil.walk_packages(talk.__path__, "talk."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    return {kind.code for kind in [Problem, *_kinds(Problem)]}


def _kinds(kind: type[Problem]) -> Iterator[type[Problem]]:
    for each in kind.__subclasses__():
        if not each.__module__.startswith("tests."):
            yield each
        yield from _kinds(each)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_problem_has_a_text_in_the_operators_language(language: str) -> None:
    text = (STATIC / f"console/i18n/{language}.js").read_text()
    told = set(re.findall(r'"problem\.(\w+)"', text))
    codes = problem_codes()
    assert codes >= PRESENT
    assert codes - told == set()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_problem_has_a_text_in_the_visitors_language(language: str) -> None:
    text = (STATIC / "widget/app/words.js").read_text()
    words = text.split(f"const {language} = {{", 1)[1]
    reasons = words.split("reasons: {", 1)[1].split("}", 1)[0]
    told = set(re.findall(r'^    (\w+): ".+",$', reasons, re.MULTILINE))
    assert problem_codes() - told == OF_OPERATORS
