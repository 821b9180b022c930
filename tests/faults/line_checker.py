"""The judge of LINE: pure functions from what was said and seen to what is wrong.

C8: what operators answer ends in a state that they can see, and is on the phone as often as that
state says, in the order in which it was said. C9: what LINE has told and got a 200 for is handled
once, in the order in which it was said. (They show I-20 to I-22, I-24, I-25 and I-27.)
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

ENDS = {"accepted": (1, 1), "failed": (0, 0), "unknown": (0, 1)}


@dataclass
class Answered:
    """One answer: to whom, its words (they are nobody else's), and how it stands."""

    user: str
    body: str
    state: str
    reason: str = ""


@dataclass
class Seen:
    """The end of a play. Lists are in the order of saying; `shown` of showing.

    `told` has what got its 200, `stored` what we show of it, by LINE's id of who said it; `pending`
    counts events that nobody has handled.
    """

    told: dict[str, list[str]] = field(default_factory=dict)
    stored: dict[str, list[str]] = field(default_factory=dict)
    pending: int = 0
    answers: list[Answered] = field(default_factory=list)
    shown: dict[str, list[str]] = field(default_factory=dict)


def verdict(seen: Seen) -> dict[str, list[str]]:
    found = {"C8": [*answers_are_as_they_say(seen), *answers_are_in_order(seen)]}
    found["C9"] = told_is_stored_once(seen)
    return {name: wrong[:5] for name, wrong in found.items() if wrong}


def answers_are_as_they_say(seen: Seen) -> list[str]:
    counts = {user: Counter(bodies) for user, bodies in seen.shown.items()}
    wrong = []
    for each in seen.answers:
        if each.state not in ENDS:
            wrong.append(f"{each.body} is {each.state} for good ({each.reason})")
            continue
        least, most = ENDS[each.state]
        count = counts.get(each.user, Counter())[each.body]
        if not least <= count <= most:
            wrong.append(f"{each.body} is {each.state} and {count} times on the phone")
    return wrong


def answers_are_in_order(seen: Seen) -> list[str]:
    said = defaultdict(list)
    for each in seen.answers:
        said[each.user].append(each.body)
    wrong = []
    for user, bodies in seen.shown.items():
        first = list(dict.fromkeys(bodies))
        expected = [body for body in said[user] if body in first]
        if first != expected:
            wrong.append(f"{user} sees {first} of {expected}")
    return wrong


def told_is_stored_once(seen: Seen) -> list[str]:
    wrong = [f"{seen.pending} events wait for good"] if seen.pending else []
    for user, bodies in seen.told.items():
        if seen.stored.get(user, []) != bodies:
            wrong.append(f"{user} said {bodies}, and stored is {seen.stored.get(user, [])}")
    return wrong
