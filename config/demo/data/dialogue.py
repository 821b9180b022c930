"""What is said in one conversation: building blocks put together, turn by turn."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from config.demo.data.blocks import Blocks, Topic
from config.demo.data.words import Kind, Language


@dataclass(frozen=True, slots=True)
class Line:
    """Who says it (`customer` or `operator`), and the text with its blanks still open."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Wish:
    """How a conversation is to be: its number of messages, who has the last word, how it ends."""

    length: int
    last: str
    ends_well: bool


class Dialogue:
    """Writes one conversation; `goods` is what it is about."""

    def __init__(
        self,
        rng: random.Random,
        language: Language,
        blocks: Blocks,
        topics: tuple[Topic, ...],
    ) -> None:
        self.rng, self.language, self.blocks = rng, language, blocks
        self.topic = rng.choice(topics)
        self.case = rng.choice(self.topic.case)
        either: Kind = rng.choice(("food", "ware"))
        self.goods: Kind = self.case.goods or self.topic.goods or either
        self.other_topics = [
            topic
            for topic in rng.sample(topics, len(topics))
            if topic is not self.topic and topic.goods in {None, self.goods}
        ]

    def lines(self, wish: Wish) -> list[Line]:
        """Return exactly `wish.length` messages, the last one by `wish.last`."""
        # Turns alternate, so a length of the wrong parity is mended by a second thought at once.
        has_afterthought = (wish.length % 2 == 1) != (wish.last == "customer")
        count = wish.length - has_afterthought
        turns = [self._opening(), *self._turns(count - 1, ends_well=wish.ends_well)]
        lines = [
            Line("operator" if place % 2 else "customer", text) for place, text in enumerate(turns)
        ]
        if has_afterthought:
            lines.insert(1, Line("customer", self.rng.choice(self.blocks.afterthought)))
        return lines

    def note(self) -> str:
        return self.rng.choice((*self.topic.note, *self.blocks.note))

    def handover(self) -> str:
        return self.rng.choice(self.blocks.handover)

    def _opening(self) -> str:
        pick = self.rng.choice
        return self._joined(pick(self.blocks.hello), pick(self.case.say), pick(self.blocks.please))

    def _turns(self, count: int, *, ends_well: bool) -> list[str]:
        """Return the turns after the opening: the operator's first, then by turns."""
        ending = self._ending(count) if ends_well else []
        room = count - len(ending)
        turns = self._first_answer(room)
        spare = self._further_questions()
        while len(turns) < room:
            turns += next(spare)
        return [*turns[:room], *ending]

    def _ending(self, count: int) -> list[str]:
        """Return thanks, and a closing word if the operator has the last one."""
        thanks = self.rng.choice(self.blocks.thanks)
        if count % 2:
            return [thanks, self.rng.choice(self.blocks.closing)] if count >= 3 else []
        return [thanks] if count >= 2 else []

    def _first_answer(self, room: int) -> list[str]:
        pick, case = self.rng.choice, self.case
        greet, answer = pick(self.blocks.greet), pick(case.answer)
        if room >= 3 and case.ask and self.rng.random() < 0.85:
            question, *replies = case.ask
            return [self._joined(greet, question), pick(replies), answer]
        if room >= 3 and self.rng.random() < 0.4:
            wait = pick(self.blocks.wait)
            return [self._joined(greet, wait), pick(self.blocks.patience), answer]
        return [self._joined(greet, answer)]

    def _further_questions(self) -> Iterator[tuple[str, str]]:
        """Yield questions with their answers without end: of this topic, then of others."""
        yield from self.rng.sample(self.topic.more, self.rng.randint(1, len(self.topic.more)))
        for other in cycle(self.other_topics):
            fitting = [case for case in other.case if case.goods in {None, self.goods}]
            case = self.rng.choice(fitting)
            second = self.rng.choice(self.blocks.second)
            yield self._joined(second, self.rng.choice(case.say)), self.rng.choice(case.answer)
            yield from self.rng.sample(other.more, min(2, len(other.more)))

    def _joined(self, *parts: str) -> str:
        space = "" if self.language == "ja" else " "
        return space.join(part.strip() for part in parts if part)
