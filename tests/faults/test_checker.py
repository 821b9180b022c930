"""The judge finds each wrong thing in a history written by hand, and nothing in a good one."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.faults.checker import Stored, recovery_seconds, repeat_rate, verdict

Entry = dict[str, Any]


def good() -> tuple[list[Entry], Stored]:
    """Two messages, one after the other; a change that won and one that came late."""
    send = {"op": "send", "sender": "customer", "conv": "c"}
    event = {"op": "event", "client": "oto", "conn": 1, "conv": "c", "kind": "message.created"}
    plain = {"applied": True, "hole": False, "syncing": False}
    entries: list[Entry] = [
        {"op": "joined", "client": "oto"},
        {**send, "phase": "invoke", "client_id": "a", "sha": "A"},
        {**send, "phase": "ok", "client_id": "a", "sha": "A"},
        {**event, **plain, "version": 1, "message": "m1"},
        {**send, "phase": "invoke", "client_id": "b", "sha": "B"},
        {**send, "phase": "ok", "client_id": "b", "sha": "B"},
        {**event, **plain, "version": 2, "message": "m2"},
        {"op": "change", "phase": "ok", "conv": "c", "expected": 2, "version": 3},
        {"op": "change", "phase": "conflict", "conv": "c", "expected": 2, "current": 3},
        {"op": "healed"},
        {"op": "synced", "client": "oto"},
        {"op": "final", "client": "oto", "differs": ""},
    ]
    history = [{"i": i, "at": float(i), **entry} for i, entry in enumerate(entries)]
    row = {"conv": "c", "sender": "customer"}
    stored = Stored(
        conversations=[{"id": "c", "version": 3, "last_seq": 2}],
        messages=[
            {**row, "id": "m1", "seq": 1, "version": 1, "client_id": "a", "sha": "A"},
            {**row, "id": "m2", "seq": 2, "version": 2, "client_id": "b", "sha": "B"},
        ],
        events=[{"conv": "c", "version": n, "visitor_version": None} for n in (1, 2, 3)],
    )
    return history, stored


def test_a_good_history_passes() -> None:
    assert verdict(*good()) == {}


def lose_a_message(history: list[Entry], stored: Stored) -> None:
    del stored.messages[1]
    stored.conversations[0]["last_seq"] = 1


def store_twice(history: list[Entry], stored: Stored) -> None:
    stored.messages.append({**stored.messages[1], "id": "m3", "seq": 3})
    stored.conversations[0]["last_seq"] = 3


def change_a_body(history: list[Entry], stored: Stored) -> None:
    stored.messages[0]["sha"] = "X"


def invent_a_message(history: list[Entry], stored: Stored) -> None:
    stored.messages.append({**stored.messages[1], "id": "m3", "seq": 3, "client_id": "z"})
    stored.conversations[0]["last_seq"] = 3


def leave_a_hole(history: list[Entry], stored: Stored) -> None:
    stored.messages[1]["seq"] = 3
    stored.conversations[0]["last_seq"] = 3


def repeat_a_version(history: list[Entry], stored: Stored) -> None:
    stored.events[1]["version"] = 1


def show_something_else(history: list[Entry], stored: Stored) -> None:
    history[11]["differs"] = "message 2 is missing"


def show_twice(history: list[Entry], stored: Stored) -> None:
    history.insert(7, {**history[6], "conn": 2})


def show_an_old_one(history: list[Entry], stored: Stored) -> None:
    history.insert(7, {**history[3]})


def hide_a_hole(history: list[Entry], stored: Stored) -> None:
    history[6]["hole"] = True


def swap_places(history: list[Entry], stored: Stored) -> None:
    stored.messages[0]["seq"], stored.messages[1]["seq"] = 2, 1


def tell_of_what_never_was(history: list[Entry], stored: Stored) -> None:
    history[6]["message"] = "m9"


def tell_of_a_version_that_never_was(history: list[Entry], stored: Stored) -> None:
    history[6]["version"] = 9


def stay_away(history: list[Entry], stored: Stored) -> None:
    del history[10]


def let_two_win(history: list[Entry], stored: Stored) -> None:
    history[8] = {**history[7], "i": 8}


def pass_over_a_change(history: list[Entry], stored: Stored) -> None:
    history[7]["version"] = 4


def refuse_by_nobody(history: list[Entry], stored: Stored) -> None:
    history[8]["current"] = 2


def forget_a_change(history: list[Entry], stored: Stored) -> None:
    stored.conversations[0]["version"] = 2
    del stored.events[2]


@pytest.mark.parametrize(
    ("check", "spoil"),
    [
        ("C1", lose_a_message),
        ("C1", store_twice),
        ("C1", change_a_body),
        ("C2", invent_a_message),
        ("C3", leave_a_hole),
        ("C3", repeat_a_version),
        ("C4", show_something_else),
        ("C5", show_twice),
        ("C5", show_an_old_one),
        ("C5", hide_a_hole),
        ("C6", swap_places),
        ("C7", tell_of_what_never_was),
        ("C7", tell_of_a_version_that_never_was),
        ("C10", stay_away),
        ("C11", let_two_win),
        ("C11", pass_over_a_change),
        ("C11", refuse_by_nobody),
        ("C11", forget_a_change),
    ],
)
def test_what_is_wrong_is_found(check: str, spoil: Callable[[list[Entry], Stored], None]) -> None:
    history, stored = good()
    assert check not in verdict(deepcopy(history), deepcopy(stored))
    spoil(history, stored)
    assert check in verdict(history, stored)


def test_a_hole_that_is_said_to_be_syncing_is_no_lie() -> None:
    history, stored = good()
    history[6] |= {"hole": True, "syncing": True}
    assert verdict(history, stored) == {}


def test_after_a_full_reload_old_versions_may_come_again() -> None:
    history, stored = good()
    history[7:7] = [{"op": "resynced", "client": "oto"}, {**history[6]}]
    assert verdict(history, stored) == {}


def test_an_unknown_outcome_may_be_stored_or_not() -> None:
    history, stored = good()
    invoke = {**history[4], "client_id": "u", "sha": "U"}
    history.insert(5, invoke)
    assert verdict(history, stored) == {}
    stored.messages.append({**stored.messages[1], "id": "m3", "seq": 3, "client_id": "u"})
    stored.messages[2]["sha"] = "U"
    stored.conversations[0]["last_seq"] = 3
    assert verdict(history, stored) == {}


def test_how_long_the_return_took_and_how_much_came_twice_are_told() -> None:
    history, _ = good()
    assert recovery_seconds(history) == [1.0]
    assert repeat_rate(history) == 0
    history[6]["applied"] = False
    assert repeat_rate(history) == 0.5
