"""The hub hands each event once to those it is for, and nothing to anybody else."""

import json
from typing import Any

import msgspec

from talk.frames import Ring
from talk.hub import Hub
from talk.told import Told, size_of

CONVERSATION = {
    "id": "01a2001c-93c2-73fe-aceb-7fb231edc838",
    "inbox_id": "01a2001c-881f-7b48-aa07-6c7f2658a23c",
    "customer_id": "01a2001c-881f-7b48-aa07-6c7f2658a23d",
    "profile_id": "p",
    "name": "秘密の名前",
    "status": "open",
    "assignee_id": "secret",
    "version": 3,
    "visitor_version": 2,
    "last_seq": 2,
    "customer_read_seq": 1,
    "operator_read_seq": 2,
    "blanked_seq": 0,
    "created_at": "2026-11-21T00:00:00+00:00",
}
NOTE = {"id": "n", "body": "secret"}


class Ear:
    def __init__(self) -> None:
        self.topics: set[str] = set()
        self.heard: list[Any] = []
        self.closed_for: list[str] = []

    bearer = ("operator", None)
    veil: frozenset[str] = frozenset()

    def push_event(self, told: Told) -> None:
        assert told.size == size_of(told.text)
        self.heard.append(json.loads(told.text))

    def push_soft(self, text: str) -> None:
        self.heard.append(json.loads(text))

    def access_changed(self, session_hash: str, version: int) -> None:
        self.closed_for.append(session_hash)

    def revoke(self) -> None: ...

    def beat(self) -> None: ...


def ring(id: int = 1, kind: str = "note.created", xid: int = 10, **rows: Any) -> Ring:
    rows = rows or {"conversation": CONVERSATION, "note": NOTE}
    raw = {name: msgspec.Raw(msgspec.json.encode(row)) for name, row in rows.items()}
    return Ring(
        id=id,
        xid=xid,
        kind=kind,
        inbox="i",
        conversation=str(CONVERSATION["id"]),
        profile="p",
        version=3,
        rows=raw,
    )


def listening(*topics: str) -> tuple[Hub, Ear]:
    hub, ear = Hub(), Ear()
    hub.attach(ear, topics)
    return hub, ear


def test_a_list_hears_the_conversation_alone() -> None:
    hub, ear = listening("inbox:i")
    hub.deliver(ring())
    [event] = ear.heard
    assert event["rows"] == {"conversation": CONVERSATION}
    assert (event["kind"], event["id"], event["version"]) == ("note.created", 1, 3)


def test_who_has_it_open_hears_all_rows_and_only_once() -> None:
    hub, ear = listening("inbox:i", "inbox:*", f"conversation:{CONVERSATION['id']}")
    hub.deliver(ring())
    [event] = ear.heard
    assert event["rows"] == {"conversation": CONVERSATION, "note": NOTE}


def test_another_inbox_hears_nothing() -> None:
    hub, ear = listening("inbox:other", "conversation:other", "profile:other")
    hub.deliver(ring())
    assert ear.heard == []


def test_what_is_known_of_a_customer_is_told_once_to_who_has_any_of_their_conversations_open() -> (
    None
):
    hub, ear = listening("inbox:i", "conversation:older", "conversation:oldest")
    far, elsewhere = Ear(), Ear()
    hub.attach(far, ["inbox:i"])
    hub.attach(elsewhere, ["conversation:other"])
    context = {"customer_id": "k", "version": 1, "data": {}}
    hub.deliver(ring(kind="context.changed", context=context, also=["older", "oldest"]))
    assert [event["rows"] for event in ear.heard] == [{"context": context}]
    assert (far.heard, elsewhere.heard) == ([], [])
    assert hub.versions_of(ear.topics) == {}


def test_a_visitor_never_hears_of_a_note() -> None:
    hub, ear = listening("profile:p")
    hub.deliver(ring())
    hub.deliver(ring(id=2, kind="context.changed", context={"data": {}}))
    assert ear.heard == []
    hub.deliver(ring(id=3, kind="conversation.changed"))
    assert len(ear.heard) == 1


def test_what_is_not_the_visitors_has_no_field_in_their_row() -> None:
    hub, ear = listening("profile:p")
    hub.deliver(ring(kind="conversation.changed"))
    [event] = ear.heard
    assert set(event["rows"]) == {"conversation"}
    assert set(event["rows"]["conversation"]) == {
        "id",
        "status",
        "visitor_version",
        "last_seq",
        "customer_read_seq",
        "operator_read_seq",
        "blanked_seq",
        "created_at",
    }
    assert "秘密" not in json.dumps(event, ensure_ascii=False)


def test_the_same_ring_twice_is_heard_once_even_after_the_watermark_moved() -> None:
    hub, ear = listening("inbox:i")
    hub.deliver(ring())
    hub.deliver(ring())
    hub.advance(11)
    hub.deliver(ring())
    assert len(ear.heard) == 1


def test_the_watermark_forgets_what_lies_below_and_never_goes_back() -> None:
    hub, _ = listening("inbox:i")
    hub.deliver(ring(id=1, xid=10))
    hub.deliver(ring(id=2, xid=12))
    assert hub.seen_below(12) == 1
    hub.advance(12)
    hub.advance(5)
    assert (hub.watermark, hub.seen_below(13)) == (11, 1)
    hub.advance(100)
    assert hub.watermark == 13, "numbers that no event has used may be given out again"


def test_access_changes_reach_the_operators_sockets_and_no_frame() -> None:
    hub, ear = listening("operator:o", "consoles", "inbox:*")
    change = ring(kind="access.changed", session="abc")
    change.operator = "o"
    hub.deliver(change)
    assert (ear.closed_for, ear.heard) == (["abc"], [])


def test_who_has_left_hears_nothing_more() -> None:
    hub, ear = listening("inbox:i", f"conversation:{CONVERSATION['id']}")
    hub.detach(ear)
    hub.deliver(ring())
    assert (ear.heard, ear.topics, len(hub)) == ([], set(), 0)


def test_a_heartbeat_tells_a_visitor_the_newest_version_they_were_told_of() -> None:
    hub, ear = listening("profile:p")
    hub.deliver(ring(kind="conversation.changed"))
    note = ring(id=2, xid=11)
    note.version = 4
    hub.deliver(note)
    assert hub.versions_of(ear.topics) == {CONVERSATION["id"]: 2}
    assert [event["version"] for event in ear.heard] == [2]


def test_of_an_inbox_hears_who_sees_it() -> None:
    hub = Hub()
    own, all_inboxes, other, visitor = Ear(), Ear(), Ear(), Ear()
    hub.attach(own, ["consoles", "inbox:i"])
    hub.attach(all_inboxes, ["consoles", "inbox:*"])
    hub.attach(other, ["consoles", "inbox:j", "conversation:c"])
    hub.attach(visitor, ["profile:p"])
    changed = ring(kind="inbox.changed", inbox={"id": "i", "name": "本店"})
    changed.conversation = changed.profile = None
    hub.deliver(changed)
    rows = [[event["rows"] for event in ear.heard] for ear in (own, all_inboxes, other, visitor)]
    told = [{"inbox": {"id": "i", "name": "本店"}}]
    assert rows == [told, told, [], []]
