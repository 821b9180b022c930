"""The judge: pure functions from a history and the final database to what is wrong.

The names are those of the promises: C1 acknowledged is stored once; C2 stored was sent; C3 places
and versions without hole or repeat; C4 shown equals fetched after the end; C5 nothing is shown
twice, and no hole without a sign of syncing; C6 what was acknowledged before another began comes
before it; C7 nothing was told that was never committed; C10 everybody came back in sync; C11
assignments and states are one register per conversation. (They show I-1 to I-7, I-12 and I-13.)
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.sim import OF_CUSTOMERS

Entry = dict[str, Any]


@dataclass
class Stored:
    """The database at the end.

    `messages` have id, conv, seq, version, sender, client_id, sha; `conversations` id, version,
    last_seq, status, assignee_id; `events` conv, version and visitor_version, None for what no
    visitor hears of.
    """

    conversations: list[Entry] = field(default_factory=list)
    messages: list[Entry] = field(default_factory=list)
    events: list[Entry] = field(default_factory=list)


Check = Callable[[list[Entry], Stored], list[str]]


def verdict(history: list[Entry], stored: Stored) -> dict[str, list[str]]:
    """Return the failed checks, each with what it found (the first few)."""
    found = {name: check(history, stored) for name, check in CHECKS.items()}
    return {name: wrong[:5] for name, wrong in found.items() if wrong}


def acknowledged_is_stored_once(history: list[Entry], stored: Stored) -> list[str]:
    rows = defaultdict(list)
    for row in stored.messages:
        rows[row["sender"], row["client_id"]].append(row)
    twice = [f"{key} stored {len(found)} times" for key, found in rows.items() if len(found) > 1]
    wrong = []
    for ack in _of(history, "send", "ok"):
        found = rows.get((ack["sender"], ack["client_id"]), [])
        if not found:
            wrong.append(f"{ack['client_id']} was acknowledged and is not stored")
        elif (found[0]["sha"], found[0]["conv"]) != (ack["sha"], ack["conv"]):
            wrong.append(f"{ack['client_id']} is stored otherwise than acknowledged")
    return twice + wrong


def stored_was_sent(history: list[Entry], stored: Stored) -> list[str]:
    sent = {(each["client_id"], each["sha"]) for each in _of(history, "send", "invoke")}
    return [
        f"{row['client_id']} is stored and nobody sent it"
        for row in stored.messages
        if (row["client_id"], row["sha"]) not in sent
    ]


def places_are_dense(history: list[Entry], stored: Stored) -> list[str]:
    seqs, versions = defaultdict(list), defaultdict(list)
    for row in stored.messages:
        seqs[row["conv"]].append(row["seq"])
    for event in stored.events:
        versions[event["conv"]].append(event["version"])
    wrong = []
    for row in stored.conversations:
        if sorted(seqs[row["id"]]) != list(range(1, row["last_seq"] + 1)):
            wrong.append(f"{row['id']}: seqs {sorted(seqs[row['id']])} of {row['last_seq']}")
        if sorted(versions[row["id"]]) != list(range(1, row["version"] + 1)):
            wrong.append(f"{row['id']}: versions {sorted(versions[row['id']])}")
    return wrong


def shown_is_fetched(history: list[Entry], _: Stored) -> list[str]:
    return [
        f"{final['client']}: {final['differs']}"
        for final in history
        if final["op"] == "final" and final["differs"]
    ]


def nothing_is_shown_twice(history: list[Entry], _: Stored) -> list[str]:
    """After a full reload a client begins anew.

    To a visitor all messages of one batch are told with the same version of the row, so theirs go
    by `seq`; one that comes late fills a hole, which was seen when the newer one came.
    """
    newest: dict[tuple[str, str], int] = {}
    shown: set[tuple[tuple[str, str], int]] = set()
    wrong = []
    for entry in history:
        if entry["op"] == "resynced":
            newest = {key: value for key, value in newest.items() if key[0] != entry["client"]}
            shown = {(key, seq) for key, seq in shown if key[0] != entry["client"]}
        if entry["op"] != "event":
            continue
        key = (entry["client"], f"{entry['conv']}")
        if entry["applied"] and entry.get("seq"):
            if (key, entry["seq"]) in shown:
                wrong.append(f"{key} showed message {entry['seq']} again")
            shown.add((key, entry["seq"]))
        elif entry["applied"]:
            if entry["version"] <= newest.get(key, 0):
                wrong.append(f"{key} showed {entry['version']} after {newest[key]}")
            newest[key] = max(entry["version"], newest.get(key, 0))
        if entry["hole"] and not entry["syncing"]:
            wrong.append(f"{key} showed a hole at {entry['version']} as if it were whole")
    return wrong


def acknowledged_comes_first(history: list[Entry], stored: Stored) -> list[str]:
    """In each conversation: of two messages the one whose end came before the other's begin."""
    begun: dict[str, int] = {}
    for entry in _of(history, "send", "invoke"):
        begun.setdefault(entry["client_id"], entry["i"])
    seq_of = {row["client_id"]: row["seq"] for row in stored.messages}
    acks = defaultdict(list)
    for ack in _of(history, "send", "ok"):
        if ack["client_id"] in seq_of:
            acks[ack["conv"]].append((ack["i"], ack["client_id"]))
    wrong = []
    for conversation, ended in acks.items():
        highest = 0
        marks = sorted([(i, 0, id) for i, id in ended] + [(begun[id], 1, id) for _, id in ended])
        floor: dict[str, int] = {}
        for _, is_begin, id in marks:
            if is_begin:
                floor.setdefault(id, highest)
            else:
                highest = max(highest, seq_of[id])
        wrong += [
            f"{conversation}: {id} has place {seq_of[id]}, but {below} was acknowledged before"
            for id, below in floor.items()
            if seq_of[id] <= below
        ]
    return wrong


def told_was_committed(history: list[Entry], stored: Stored) -> list[str]:
    messages = {row["id"] for row in stored.messages}
    told = ("version", "visitor_version")
    events = {(event["conv"], event[name]) for event in stored.events for name in told}
    wrong = []
    for entry in history:
        if entry["op"] != "event" or entry["conv"] is None or entry["kind"] in OF_CUSTOMERS:
            continue
        if entry["message"] is not None and entry["message"] not in messages:
            wrong.append(f"{entry['client']} was told of message {entry['message']}")
        if (entry["conv"], entry["version"]) not in events:
            wrong.append(f"{entry['client']} was told of {entry['conv']} {entry['version']}")
    return wrong


def everybody_came_back(history: list[Entry], _: Stored) -> list[str]:
    known = {entry["client"] for entry in history if entry["op"] == "joined"}
    back = {entry["client"] for entry in history if entry["op"] == "synced"}
    return [f"{client} never came back in sync" for client in sorted(known - back)]


def changes_are_one_register(history: list[Entry], stored: Stored) -> list[str]:
    """Of the changes that expected the same version at most one was made, and it made the next."""
    wins: Counter[tuple[str, int]] = Counter()
    wrong = []
    for change in _of(history, "change", "ok"):
        wins[change["conv"], change["expected"]] += 1
        if change["version"] != change["expected"] + 1:
            wrong.append(f"{change['conv']}: {change['expected']} became {change['version']}")
    wrong += [f"{key} was won by {count}" for key, count in wins.items() if count > 1]
    for change in _of(history, "change", "conflict"):
        if change["current"] <= change["expected"]:
            wrong.append(f"{change['conv']}: {change['expected']} refused by {change['current']}")
    versions = {row["id"]: row["version"] for row in stored.conversations}
    for change in _of(history, "change", "ok"):
        if versions.get(change["conv"], 0) < change["version"]:
            wrong.append(f"{change['conv']}: version {change['version']} is gone")
    return wrong


CHECKS: dict[str, Check] = {
    "C1": acknowledged_is_stored_once,
    "C2": stored_was_sent,
    "C3": places_are_dense,
    "C4": shown_is_fetched,
    "C5": nothing_is_shown_twice,
    "C6": acknowledged_comes_first,
    "C7": told_was_committed,
    "C10": everybody_came_back,
    "C11": changes_are_one_register,
}


def recovery_seconds(history: list[Entry]) -> list[float]:
    """Return how long after the end of the faults each client was in sync, sorted."""
    healed = max((entry["at"] for entry in history if entry["op"] == "healed"), default=0.0)
    return sorted(entry["at"] - healed for entry in history if entry["op"] == "synced")


def repeat_rate(history: list[Entry]) -> float:
    """Return the share of received events that said nothing new: replays after a return."""
    events = [entry for entry in history if entry["op"] == "event"]
    return sum(not entry["applied"] for entry in events) / max(len(events), 1)


def _of(history: Iterable[Entry], op: str, phase: str) -> list[Entry]:
    return [entry for entry in history if entry["op"] == op and entry["phase"] == phase]
