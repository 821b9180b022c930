"""The choices of a message of ours: which postbacks it has, and what a tap on one answers.

A button carries only whose it is and its number (`integrations.line.taps`), so that nothing that
somebody else puts into a postback is taken for an answer to one of our questions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from talk.said import Said, Template


@dataclass(frozen=True, slots=True)
class Answered:
    question: str
    label: str
    data: str


def answered(body: str, told: Said, number: int) -> Answered | None:
    """Return question and answer in the words of the message that asked; None if they are gone."""
    every = [*_buttons(told), *_quick_replies(told)]
    if number >= len(every):
        return None
    label, data = every[number]
    return Answered(_question(body, told), label, data)


def postbacks(contents: Any) -> Iterator[dict[str, Any]]:
    """Yield the postbacks of a template, wherever they are, in the order of their numbers."""
    if isinstance(contents, list):
        for each in contents:
            yield from postbacks(each)
    elif isinstance(contents, dict):
        if contents.get("type") == "postback" and "label" in contents:
            yield contents
        for each in contents.values():
            yield from postbacks(each)


def _buttons(told: Said) -> Iterator[tuple[str, str]]:
    if isinstance(told, Template):
        for action in postbacks(told.contents):
            yield str(action["label"]), str(action.get("data", ""))


def _quick_replies(told: Said) -> Iterator[tuple[str, str]]:
    for reply in told.quick_replies:
        if reply.is_answer:
            yield reply.label, reply.data


def _question(body: str, told: Said) -> str:
    if not isinstance(told, Template):
        return body
    text = told.contents.get("text")
    return text if isinstance(text, str) else told.alt
