"""What the simulated clients note is what their screens would show, and the judge sees it."""

from typing import Any

import pytest

from tests.faults.checker import Stored, verdict
from tests.faults.history import History
from tests.faults.mistaken import BlindVisitor
from tests.flows.client import Visitor
from tests.flows.link import Place
from tests.sim import WidgetSim

PLACE = Place(1, "http://nowhere.example")
GUEST = {"profile_id": "p", "inbox": "i", "token": "t"}


class Alone(Visitor):
    """Nobody answers it: what is missing stays missing."""

    async def fetch_missing(self) -> None:
        return None


class BlindAlone(Alone, BlindVisitor):
    pass


def told(seq: int) -> dict[str, Any]:
    """Return the event of one message of a conversation."""
    conversation = {"id": "c", "created_at": "2026", "visitor_version": seq, "last_seq": seq}
    message = {"id": f"m{seq}", "conversation_id": "c", "seq": seq, "data": {}}
    rows = {"conversation": conversation, "message": message}
    return {"kind": "message.created", "conversation_id": "c", "version": seq, "rows": rows}


@pytest.mark.parametrize(
    ("kind", "noted", "wrong"), [(Alone, True, False), (BlindAlone, False, True)]
)
async def test_c5_a_visitors_hole_is_seen_and_is_right_only_with_a_sign_of_it(
    kind: type[Visitor], noted: bool, wrong: bool
) -> None:
    history = History()
    visitor = kind(PLACE, GUEST, "hana", history.note)
    for seq in (1, 2, 4):
        visitor.take_event(told(seq))
    await visitor.leave()
    holes = [(entry["hole"], entry["syncing"]) for entry in history.entries]
    assert holes == [(False, False), (False, False), (True, noted)]
    assert ("C5" in verdict(history.entries, Stored())) is wrong


class Forgetful(WidgetSim):
    """Puts each message as if it were news."""

    def apply(self, frame: dict[str, Any]) -> None:
        self.messages.clear()
        super().apply(frame)


class ForgetfulAlone(Alone):
    sim_class = Forgetful


@pytest.mark.parametrize(
    ("kind", "seqs", "wrong"),
    [(Alone, (1, 2, 4, 3, 4), False), (ForgetfulAlone, (1, 2, 2), True)],
)
async def test_c5_a_visitors_message_may_come_late_and_is_not_shown_again(
    kind: type[Visitor], seqs: tuple[int, ...], wrong: bool
) -> None:
    history = History()
    visitor = kind(PLACE, GUEST, "hana", history.note)
    for seq in seqs:
        visitor.take_event(told(seq))
    await visitor.leave()
    assert ("C5" in verdict(history.entries, Stored())) is wrong
