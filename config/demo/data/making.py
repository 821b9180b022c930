"""Makes the demonstration's conversations: plans, people, words, rows."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.conf import settings

from config.demo.data.blanks import make_blanks
from config.demo.data.blocks import blocks
from config.demo.data.browsing import Browsing, Talk
from config.demo.data.copying import Chunk
from config.demo.data.dialogue import Dialogue
from config.demo.data.people import Person, make_person
from config.demo.data.plans import DAYS, Plan, make_plans
from config.demo.data.play import Play
from config.demo.data.staff import Place
from customers import partitions

CHUNK = 400
"""Conversations that are written together."""
APART = timedelta(days=15)
"""Two conversations of one customer in one inbox: an earlier second word would reopen the first."""
RETURNING = 0.25
TRIES = 40


class Making:
    """One run. The same seed writes the same words; ids are new every time."""

    def __init__(self, seed: str, inboxes: list[Place], now: datetime) -> None:
        self.rng = random.Random(seed)
        self.inboxes, self.now = inboxes, now
        self.said_first: set[str] = set()

    def run(self, *, conversations: int, messages: int, on_progress: Callable[[int], None]) -> None:
        """Write everything, telling how many conversations are done. Raises as `make_plans`."""
        plans = make_plans(
            self.rng,
            self.inboxes,
            conversations=conversations,
            messages=messages,
            now=self.now,
        )
        partitions.ensure("customers_activity", "month", since=self.now - timedelta(days=DAYS + 5))
        done = 0
        for chunk in self._chunks(self._by_person(plans)):
            chunk.write()
            done += chunk.conversations
            on_progress(done)

    def _chunks(self, groups: list[list[Plan]]) -> Iterator[Chunk]:
        chunk = Chunk()
        for group in groups:
            self._add_person(chunk, group)
            if chunk.conversations >= CHUNK:
                yield chunk
                chunk = Chunk()
        if chunk.conversations:
            yield chunk

    def _by_person(self, plans: list[Plan]) -> list[list[Plan]]:
        """Return the plans of each customer, theirs in order of time; most have one."""
        groups: list[list[Plan]] = []
        waiting: dict[str, list[list[Plan]]] = defaultdict(list)
        for plan in plans:  # the newest first
            candidates = waiting[plan.inbox.name]
            is_past = plan.ending == "resolved" and not plan.is_reopened
            found = candidates[0] if candidates and is_past else None
            if found and found[0].start - plan.start > APART and self.rng.random() < RETURNING:
                found.insert(0, plan)
                candidates.remove(found)
                continue
            groups.append([plan])
            candidates.append(groups[-1])
        return groups

    def _add_person(self, chunk: Chunk, plans: list[Plan]) -> None:
        first = plans[0]
        person = make_person(self.rng, first.inbox.language, first.start)
        talks = [self._talk(plan, person) for plan in plans]
        browsing = Browsing(self.rng, person, f"{settings.PUBLIC_URL}/demo/")
        browsing.around(talks, self.now)
        chunk.add(person, browsing, [talk.thread for talk in talks])

    def _talk(self, plan: Plan, person: Person) -> Talk:
        known = blocks(plan.inbox.language)
        topics = known.topics(plan.inbox.topics)
        for _ in range(TRIES):
            dialogue = Dialogue(self.rng, plan.inbox.language, known, topics)
            blanks = make_blanks(self.rng, person, plan.start, dialogue.goods)
            thread = Play(self.rng, plan, person, dialogue, blanks).perform(self.now)
            first = thread.said[0].body
            if first not in self.said_first:
                break
        self.said_first.add(first)
        return Talk(thread, dialogue.topic, blanks)
