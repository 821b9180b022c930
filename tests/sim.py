"""The Python twins of the browsers' reducers: `store.js` of the console and of the widget.

They must give, for the same frames, the same picture to the letter (`tests/talk/test_law.py` runs
both on the same recorded frames), so what the simulated clients of the fault tests prove holds for
the screens too. `snapshot` is the form of `talk/static/console/snapshot.js`.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

Row = dict[str, Any]
Frame = dict[str, Any]

OF_CUSTOMERS = {"context.changed", "marks.changed"}
NEEDED = {"message.created": "message", "message.changed": "message", "note.created": "note"}


@dataclass
class Thread:
    """One opened thread: its lines, and how far they are known to be complete."""

    version: int
    newest: int
    floor: int
    has_more: bool
    attached: bool = False
    ahead: set[int] = field(default_factory=set)
    messages: dict[str, Row] = field(default_factory=dict)
    notes: dict[str, Row] = field(default_factory=dict)

    @property
    def is_syncing(self) -> bool:
        return self.newest > self.version

    def hear(self, version: int, whole: bool) -> None:
        if version <= self.version:
            return
        self.newest = max(self.newest, version)
        if whole:
            self.ahead.add(version)
        self.collapse()

    def collapse(self) -> None:
        while self.version + 1 in self.ahead:
            self.version += 1
            self.ahead.discard(self.version)
        self.ahead = {version for version in self.ahead if version > self.version}

    def put_lines(self, messages: list[Row], notes: list[Row], floor: int) -> None:
        for row in messages:
            if row["seq"] >= floor:
                put_newer(self.messages, row["id"], row)
        for row in notes:
            if row["after_seq"] >= floor:
                put_newer(self.notes, row["id"], row)
        erasures = [row["version"] for row in self.notes.values() if is_erasure(row)]
        if erasures:
            self.forget(max(erasures))

    def forget(self, version: int) -> None:
        for id, row in self.messages.items():
            if row["version"] < version:
                self.messages[id] = blanked(row, version)
        for id, row in list(self.notes.items()):
            stays = row["kind"] == "system" and row["data"].get("code") in KEPT_LINES
            if row["version"] < version and not stays:
                del self.notes[id]

    def picture(self) -> Row:
        return {
            "messages": sorted(self.messages.values(), key=place_of_message),
            "notes": sorted(
                self.notes.values(),
                key=lambda row: (row["after_seq"], row["created_at"], row["version"]),
            ),
            "syncing": self.is_syncing,
            "version": self.version,
        }


def place_of_message(row: Row) -> tuple[int, int, str, int]:
    """By `seq`; those that came late after their message, in the order they were said."""
    after_seq = row["data"].get("after_seq")
    if after_seq is None:
        return row["seq"], 0, "", 0
    return after_seq, 1, row["created_at"], row["seq"]


KEPT_LINES = {"assigned", "status", "erased", "expired"}


def is_erasure(note: Row) -> bool:
    return note["kind"] == "system" and note["data"].get("code") in {"erased", "expired"}


def blanked(row: Row, version: int) -> Row:
    data = {name: row["data"][name] for name in ("code", "after_seq") if name in row["data"]}
    delivery = row["delivery"]
    if delivery:
        is_waiting = delivery["state"] in {"queued", "sending"}
        delivery = {"state": "failed" if is_waiting else delivery["state"], "reason": ""}
    blank = {"version": version, "body": "", "data": data, "attachments": []}
    return {**row, **blank, "delivery": delivery}


class ConsoleSim:
    """What a console knows. `apply` is the only writer.

    `shown` counts how often a conversation's row was put, for those who look for repeats.
    """

    def __init__(self) -> None:
        self.shown = 0
        self.conversations: dict[str, Row] = {}
        self.threads: dict[str, Thread] = {}
        self.contexts: dict[str, Row] = {}
        self.operators: dict[str, Row] = {}
        self.marks: dict[str, Row] = {}
        self.labels: dict[str, Row] = {}
        self.inboxes: dict[str, Row] = {}

    def apply(self, change: Frame) -> None:
        kind = change["kind"].replace(".", "_")
        (getattr(self, f"_{kind}", None) or self._event)(change)

    def snapshot(self) -> Row:
        pictures = {id: thread.picture() for id, thread in self.threads.items()}
        return {
            "contexts": self.contexts,
            "conversations": self.conversations,
            "inboxes": self.inboxes,
            "labels": self.labels,
            "marks": self.marks,
            "operators": self.operators,
            "threads": pictures,
        }

    def syncing(self) -> list[str]:
        return [id for id, thread in self.threads.items() if thread.is_syncing]

    def _event(self, event: Frame) -> None:
        self._put_rows(event["rows"])
        thread = self.threads.get(event["conversation_id"] or "")
        if thread is None or event["kind"] in OF_CUSTOMERS:
            return
        needed = NEEDED.get(event["kind"])
        thread.hear(event["version"], self._is_whole(thread, needed, event["rows"]))

    def _is_whole(self, thread: Thread, needed: str | None, rows: Row) -> bool:
        return thread.attached and (needed is None or needed in rows)

    def _rows_received(self, change: Frame) -> None:
        self._put_rows(change["rows"])

    def _conversations_fetched(self, change: Frame) -> None:
        for row in change["conversations"]:
            self._put_conversation(row)

    def _directory_fetched(self, change: Frame) -> None:
        for row in change.get("operators", ()):
            put_newer(self.operators, row["id"], row)
        for row in change.get("labels", ()):
            put_newer(self.labels, row["id"], row)
        for row in change.get("inboxes", ()):
            put_newer(self.inboxes, row["id"], row)

    def _thread_fetched(self, fetched: Frame) -> None:
        self._put_conversation(fetched["conversation"])
        self._put_known(fetched)
        id = fetched["conversation"]["id"]
        known, thread = self.threads.get(id), new_thread(fetched)
        if known is not None:
            thread.attached, thread.ahead = known.attached, known.ahead
            thread.version = max(known.version, thread.version)
            thread.put_lines(
                list(known.messages.values()), list(known.notes.values()), thread.floor
            )
            thread.collapse()
        self.threads[id] = thread
        newest = self.conversations[id]["version"]
        thread.hear(max(known.newest if known else 0, newest), False)

    def _messages_fetched(self, page: Frame) -> None:
        thread = self.threads.get(page["conversation_id"])
        if thread is None:
            return
        oldest = page["messages"][0]["seq"] if page["messages"] else thread.floor
        thread.has_more = page["has_more"]
        thread.floor = min(thread.floor, oldest) if page["has_more"] else 0
        thread.put_lines(page["messages"], page["notes"], 0)

    def _changes_fetched(self, fetched: Frame) -> None:
        self._put_conversation(fetched["conversation"])
        thread = self.threads.get(fetched["conversation"]["id"])
        if thread is None:
            return
        thread.put_lines(fetched["messages"], fetched["notes"], thread.floor)
        thread.version = max(thread.version, fetched["version"])
        thread.newest = max(thread.newest, thread.version)
        thread.collapse()

    def _thread_attached(self, answer: Frame) -> None:
        self._put_known(answer)
        thread = self.threads.get(answer["conversation_id"])
        if thread is not None:
            thread.attached = True
            thread.newest = max(thread.newest, answer["version"])

    def _threads_detached(self, change: Frame) -> None:
        for id, thread in self.threads.items():
            if change.get("conversation_id") in (None, id):
                thread.attached = False

    def _versions_heard(self, change: Frame) -> None:
        for id, version in change["versions"].items():
            if id in self.threads:
                self.threads[id].hear(version, False)

    def _put_rows(self, rows: Row) -> None:
        if "conversation" in rows:
            self._put_conversation(rows["conversation"])
        self._put_known(rows)
        named = {"operator": self.operators, "label": self.labels, "inbox": self.inboxes}
        for name, known in named.items():
            if name in rows:
                put_newer(known, rows[name]["id"], rows[name])
        messages = [rows["message"]] if rows.get("message") else []
        notes = [rows["note"]] if rows.get("note") else []
        for row in messages + notes:
            thread = self.threads.get(row["conversation_id"])
            if thread is not None:
                thread.put_lines(messages, notes, thread.floor)

    def _put_known(self, rows: Row) -> None:
        """What is known of a customer, and kept about them; null for who may not read it."""
        for name, known in (("context", self.contexts), ("marks", self.marks)):
            row = rows.get(name)
            if row is not None and (name == "context" or row["version"] > 0):
                put_newer(known, row["customer_id"], row)

    def _put_conversation(self, row: Row) -> None:
        if not self.put(self.conversations, row["id"], row):
            return
        self.shown += 1
        if row["id"] in self.threads:
            self.threads[row["id"]].hear(row["version"], False)

    def put(self, known: dict[Any, Row], key: Any, row: Row) -> bool:
        return put_newer(known, key, row)


class WidgetSim:
    """What a widget knows of its visitor's conversations; `shown` counts the messages put."""

    def __init__(self) -> None:
        self.shown = 0
        self.conversations: dict[str, Row] = {}
        self.messages: dict[str, dict[int, Row]] = {}

    def apply(self, frame: Frame) -> None:
        rows = frame.get("rows", frame)
        for row in [*rows.get("conversations", ()), *_present(rows.get("conversation"))]:
            if put_newer(self.conversations, row["id"], row, by="visitor_version"):
                known = self.messages.get(row["id"], {})
                known.update({seq: self._what_is_left(each) for seq, each in known.items()})
        for row in [*rows.get("messages", ()), *_present(rows.get("message"))]:
            known = self.messages.setdefault(row["conversation_id"], {})
            self.shown += row["seq"] not in known
            before = known.get(row["seq"])
            # What was said never changes, but it may not be kept for ever.
            if before is None or expired_files(row) > expired_files(before):
                known[row["seq"]] = self._what_is_left(row)

    def _what_is_left(self, row: Row) -> Row:
        conversation = self.conversations.get(row["conversation_id"], {})
        if row["seq"] > conversation.get("blanked_seq", 0):
            return row
        data = {name: value for name, value in row["data"].items() if name == "code"}
        return {**row, "body": "", "data": data, "attachments": []}

    def thread(self, conversation_id: str) -> list[Row]:
        known = self.messages.get(conversation_id, {})
        return [known[seq] for seq in sorted(known)]

    def holes(self) -> list[tuple[str, int]]:
        """Return (conversation, seq to read before) where messages are known to be missing."""
        ordered = sorted(
            self.conversations.values(), key=lambda row: (row["created_at"], row["id"])
        )
        found = []
        for place, row in enumerate(ordered):
            seqs = sorted(self.messages.get(row["id"], {}))
            if row["last_seq"] and (seqs or place == len(ordered) - 1):
                bounds = [*(seqs or [0]), row["last_seq"] + 1]
                pairs = pairwise(bounds)
                found += [(row["id"], after) for before, after in pairs if after - before > 1]
        return found

    def shows_a_hole(self, conversation_id: str) -> bool:
        """Look at the lines themselves, whatever `holes` says: are some missing that exist?"""
        seqs = sorted(self.messages.get(conversation_id, {}))
        last = self.conversations.get(conversation_id, {}).get("last_seq", 0)
        return bool(seqs) and seqs != list(range(seqs[0], max(seqs[-1], last) + 1))

    def snapshot(self) -> Row:
        rows = [self.conversations[id] for id in sorted(self.conversations)]
        messages = [message for row in rows for message in self.thread(row["id"])]
        return {"conversations": rows, "messages": messages, "unsent": []}


def expired_files(row: Row) -> int:
    return int(row["data"].get("expired_files", 0))


def put_newer(known: dict[Any, Row], key: Any, row: Row, by: str = "version") -> bool:
    """Put the row if none is known or its version is higher; say whether."""
    if key in known and known[key][by] >= row[by]:
        return False
    known[key] = row
    return True


def new_thread(fetched: Frame) -> Thread:
    first = fetched["messages"][0]["seq"] if fetched["messages"] else 0
    return Thread(
        version=fetched["version"],
        newest=fetched["version"],
        floor=first if fetched["has_more"] else 0,
        has_more=fetched["has_more"],
        messages={row["id"]: row for row in fetched["messages"]},
        notes={row["id"]: row for row in fetched["notes"]},
    )


def _present(row: Row | None) -> list[Row]:
    return [] if row is None else [row]
