"""Plays a written conversation out: who reads, notes, assigns and resolves what, and when."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log

from config.demo.data.blanks import fill
from config.demo.data.dialogue import Dialogue, Line
from config.demo.data.files import DemoFile, make_file, parted
from config.demo.data.people import Person
from config.demo.data.plans import Plan
from config.demo.data.staff import Colleague
from config.demo.data.thread import Thread
from config.demo.data.worktime import at_work

Act = Callable[[Thread, datetime], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One change and the seconds since the one before; only operators keep working hours."""

    seconds: float
    act: Act
    is_work: bool = False


class Play:
    """Turns a plan into the steps of a thread; `colleague` is who has it at the moment."""

    def __init__(
        self,
        rng: random.Random,
        plan: Plan,
        person: Person,
        dialogue: Dialogue,
        blanks: dict[str, str],
    ) -> None:
        self.rng, self.plan, self.person = rng, plan, person
        self.dialogue, self.blanks = dialogue, blanks
        self.colleague = rng.choice(plan.inbox.colleagues)
        self.is_assigned = False

    def perform(self, now: datetime) -> Thread:
        """Return the thread after all steps; nothing in it is later than `now`."""
        steps = list(self._steps(now))
        latest = now - self._silence(now)
        times = self._times(steps)
        if times[-1] > latest:
            times = _squeezed(self._times(steps, keeps_hours=False), latest)
        thread = Thread(self.plan.inbox, self.person.customer_id, self.person.profile_id, times[0])
        for step, at in zip(steps, times, strict=True):
            step.act(thread, at)
        return thread

    def _silence(self, now: datetime) -> timedelta:
        """Return how long ago the newest words are at least: mostly minutes, sometimes hours."""
        seconds = 20 + self.rng.expovariate(1 / 3000)
        return min(timedelta(seconds=seconds), (now - self.plan.start) * 0.7)

    def _times(self, steps: list[Step], *, keeps_hours: bool = True) -> list[datetime]:
        at, times = self.plan.start, []
        for place, step in enumerate(steps):
            if place:
                at += timedelta(seconds=step.seconds)
            at = at_work(self.rng, at) if step.is_work and keeps_hours else at
            times.append(at)
        return times

    def _steps(self, now: datetime) -> Iterator[Step]:
        lines = self.dialogue.lines(self.plan.wish)
        answers = [place for place, line in enumerate(lines) if line.who == "operator"]
        handover_at = self._handover_at(answers)
        reopen_after = answers[len(answers) // 2] if self.plan.is_reopened else None
        was_resolved = False
        for place, line in enumerate(lines):
            following = lines[place + 1].who if place + 1 < len(lines) else ""
            if line.who == "customer":
                yield from self._customer(line, following, was_resolved=was_resolved)
                was_resolved = False
            else:
                yield from self._operator(line, following, is_handover=place == handover_at)
            if place == reopen_after and following == "customer":
                yield self._status("resolved", self.rng.uniform(60, 1800))
                was_resolved = True
        yield from self._ending(now)

    def _handover_at(self, answers: list[int]) -> int | None:
        others = len(self.plan.inbox.colleagues) > 1
        is_one = others and len(answers) >= 2 and self.rng.random() < 0.12
        return self.rng.choice(answers[1:]) if is_one else None

    def _customer(self, line: Line, following: str, *, was_resolved: bool) -> Iterator[Step]:
        wait = self.rng.uniform(8 * 3600, 4 * 86400) if was_resolved else self._pause(150)
        body, file = self._said(line.text)
        yield Step(wait, lambda thread, at: thread.customer_says(at, body, file))
        if following == "customer":
            return
        # Somebody looks at nearly all that waits; what nobody has opened yet stays unread.
        if self.rng.random() < (0.7 if following else 0.35):
            yield Step(self._pause(60), lambda thread, at: thread.operators_read(), is_work=True)
        if not self.is_assigned and self.rng.random() < (0.92 if following else 0.3):
            yield self._assign(self.colleague)
            yield from self._label()
        if self.rng.random() < 0.07:
            yield self._note(self.dialogue.note())

    def _operator(self, line: Line, following: str, *, is_handover: bool) -> Iterator[Step]:
        if is_handover:
            yield from self._hand_over()
        speaker = self.colleague
        body, file = self._said(line.text)
        yield Step(
            self._pause(240), lambda thread, at: thread.operator_says(at, speaker, body, file), True
        )
        if following or self.rng.random() < 0.6:
            yield Step(self._pause(25), lambda thread, at: thread.customer_reads())
        if following and self.rng.random() < 0.025:
            yield self._status("pending", self.rng.uniform(3, 40))

    def _hand_over(self) -> Iterator[Step]:
        others = [one for one in self.plan.inbox.colleagues if one != self.colleague]
        to = self.rng.choice(others)
        yield self._note(self.dialogue.handover(), to=to)
        yield self._assign(to)
        self.colleague = to

    def _ending(self, now: datetime) -> Iterator[Step]:
        if self.rng.random() < 0.12:
            yield self._note(self.dialogue.note())
        if self.plan.ending in {"pending", "resolved"}:
            yield self._status(self.plan.ending, self._pause(400))
        if self.plan.ending == "snoozed":
            until = now + timedelta(hours=self.rng.uniform(1, 100))
            rounded = until.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
            yield self._status(
                "snoozed", self._pause(60), rounded if self.rng.random() < 0.7 else None
            )

    def _assign(self, to: Colleague) -> Step:
        by, self.is_assigned = self.colleague, True
        return Step(self.rng.uniform(2, 20), lambda thread, at: thread.assign(at, by, to), True)

    def _label(self) -> Iterator[Step]:
        """Who takes a conversation on says in most what it is about."""
        topic = self.dialogue.topic.code
        label = self.plan.inbox.labels.get(topic)
        # Not of the common numbers: all that follows would be other words.
        rng = random.Random(f"{self.person.name} {topic}")
        if label and rng.random() < 0.7:
            by = self.colleague
            yield Step(rng.uniform(3, 20), lambda thread, at: thread.label(at, by, label))

    def _note(self, text: str, *, to: Colleague | None = None) -> Step:
        writer = self.colleague
        body = self._fill(text, to=to.surname if to else "")
        return Step(
            self.rng.uniform(20, 120), lambda thread, at: thread.note(at, writer, body), True
        )

    def _status(self, status: str, seconds: float, until: datetime | None = None) -> Step:
        by = self.colleague
        return Step(seconds, lambda thread, at: thread.set_status(at, by, status, until), True)

    def _said(self, text: str) -> tuple[str, DemoFile | None]:
        words, kind = parted(text)
        language = self.person.language
        file = make_file(self.rng, kind, self.blanks, language) if kind else None
        return self._fill(words), file

    def _fill(self, text: str, *, to: str = "") -> str:
        blanks = {**self.blanks, "me": self.colleague.surname, "to": to}
        return fill(text, blanks, self.person.language)

    def _pause(self, usual_seconds: float) -> float:
        """Return a pause: mostly about the usual, now and then very much longer."""
        return min(self.rng.lognormvariate(log(usual_seconds), 1.0), 18 * 3600)


def _squeezed(times: list[datetime], latest: datetime) -> list[datetime]:
    """Return the times, drawn together if they would end later than they may."""
    first, last = times[0], times[-1]
    if last <= latest:
        return times
    share = (latest - first) / (last - first) if last > first else 0.0
    return [first + (at - first) * share for at in times]
