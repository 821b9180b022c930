"""The written building blocks, read from the two TOML files beside this one."""

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from config.demo.data.words import Kind, Language

Texts = tuple[str, ...]


class Case(msgspec.Struct, frozen=True):
    """First words of one meaning, with answers that fit all of them.

    `ask` is a question of the operator and the replies to it, or empty; `goods` what it may be
    about.
    """

    say: Texts
    answer: Texts
    ask: Texts = ()
    goods: Kind | None = None


class Topic(msgspec.Struct, frozen=True):
    """`more` holds pairs of a question and its answer; `goods` goes for all of its cases."""

    code: str
    case: tuple[Case, ...]
    more: tuple[tuple[str, str], ...]
    note: Texts
    pages: tuple[tuple[str, str], ...]
    goods: Kind | None = None


class Blocks(msgspec.Struct, frozen=True):
    """One language: its topics, and what is said whatever the topic is."""

    surname: Texts
    given: Texts
    month: Texts
    prefecture: Texts
    hello: Texts
    please: Texts
    greet: Texts
    thanks: Texts
    closing: Texts
    wait: Texts
    patience: Texts
    afterthought: Texts
    second: Texts
    note: Texts
    handover: Texts
    topic: tuple[Topic, ...]

    def topics(self, codes: Texts) -> tuple[Topic, ...]:
        return tuple(topic for topic in self.topic if not codes or topic.code in codes)


@cache
def blocks(language: Language) -> Blocks:
    text = (Path(__file__).parent / f"{language}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Blocks)
