"""One hub a process: hears each ring once and hands text that was encoded once to its sockets.

It never awaits a socket. What a ring missed it finds in the log, from a watermark that is safe
against late commits: every event below it has been seen. Clients get the watermark as the token
from which they resume.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from talk import frames
from talk.frames import Ring
from talk.told import SLIM, VISITOR, WHOLE, Told, tell
from talk.veils import Veil
from talk.vocabulary import FOR_ALL_CONSOLES, OF_CUSTOMERS, OF_INBOXES

log = logging.getLogger(__name__)


class Listener(Protocol):
    """A socket, as the hub sees it (`talk.sockets`)."""

    topics: set[str]

    @property
    def veil(self) -> Veil:
        """What of customers is hidden from who listens."""

    @property
    def bearer(self) -> tuple[str, Any]:
        """What let this socket in: `operator` with (id, access version, session key), or
        `visitor` with the token's hash."""

    def revoke(self) -> None: ...

    def push_event(self, told: Told) -> None: ...

    def push_soft(self, text: str) -> None: ...

    def access_changed(self, session_hash: str, version: int) -> None: ...

    def beat(self) -> None: ...


class ByVeil(dict[Veil, Told]):
    """One event as it is told to each veil: encoded once for each that somebody has."""

    def __init__(self, ring: Ring, view: int, make: Callable[[Ring, Veil], str]) -> None:
        self._ring, self._view, self._make = ring, view, make

    def __missing__(self, veil: Veil) -> Told:
        self[veil] = told = tell(self._make(self._ring, veil), self._ring, self._view)
        return told


class Hub:
    """Usage: `attach` and `detach` sockets, `join` and `leave` topics, `hear` rings."""

    def __init__(self) -> None:
        self.watermark = 0
        self._topics: dict[str, set[Listener]] = defaultdict(set)
        self._listeners: set[Listener] = set()
        self._seen: dict[int, int] = {}
        self._versions: dict[str, dict[str, int]] = {}

    def __len__(self) -> int:
        return len(self._listeners)

    @property
    def listeners(self) -> frozenset[Listener]:
        return frozenset(self._listeners)

    def attach(self, listener: Listener, topics: Iterable[str]) -> None:
        self._listeners.add(listener)
        for topic in topics:
            self.join(listener, topic)

    def detach(self, listener: Listener) -> None:
        self._listeners.discard(listener)
        for topic in list(listener.topics):
            self.leave(listener, topic)

    def join(self, listener: Listener, topic: str) -> None:
        listener.topics.add(topic)
        self._topics[topic].add(listener)

    def leave(self, listener: Listener, topic: str) -> None:
        listener.topics.discard(topic)
        members = self._topics.get(topic)
        if members is not None:
            members.discard(listener)
            if not members:
                del self._topics[topic]
                self._versions.pop(topic, None)

    def versions_of(self, topics: Iterable[str]) -> dict[str, int]:
        """Return the newest version that each conversation's listeners on them have been told."""
        told: dict[str, int] = {}
        for topic in topics:
            told |= self._versions.get(topic, {})
        return told

    def deliver(self, ring: Ring) -> bool:
        """Hand one event, with its rows, to those it is for; False if that was done before.

        One that cannot be handed over is logged and counts as seen: those behind it must come.
        """
        if ring.id in self._seen or ring.xid < self.watermark:
            return False
        self._seen[ring.id] = ring.xid
        try:
            self._hand_over(ring)
        except Exception:
            log.exception("event %s (%s) was not told to everybody", ring.id, ring.kind)
        return True

    def _hand_over(self, ring: Ring) -> None:
        if ring.kind == "access.changed":
            self._tell_of_access(ring)
        elif ring.kind in FOR_ALL_CONSOLES:
            self._tell_whole(ring, self._topics.get("consoles", ()))
        elif ring.kind in OF_CUSTOMERS:
            self._tell_of_customer(ring)
        elif ring.kind in OF_INBOXES:
            for topic in (f"inbox:{ring.inbox}", "inbox:*"):
                self._tell_whole(ring, self._topics.get(topic, ()))
        else:
            self._deliver_to_consoles(ring)
            self._deliver_to_visitor(ring)

    def seen_below(self, watermark: int) -> int:
        """Return how many of the events delivered since the last advance lie below `watermark`."""
        return sum(1 for xid in self._seen.values() if self.watermark <= xid < watermark)

    def advance(self, watermark: int) -> None:
        """Every event of transactions below `watermark` has been delivered.

        Ours stays next to the newest of them (`events.SAFE_POSITION` says why).
        """
        delivered = [xid for xid in self._seen.values() if xid < watermark]
        self.watermark = max(self.watermark, *(xid + 1 for xid in delivered), 0)
        self._seen = {id: xid for id, xid in self._seen.items() if xid >= self.watermark}

    def soft(self, topic: str, text: str, *, but: Listener | None = None) -> None:
        """Hand over news that may be lost."""
        for listener in self._topics.get(topic, ()):
            if listener is not but:
                listener.push_soft(text)

    def _deliver_to_consoles(self, ring: Ring) -> None:
        topic = f"conversation:{ring.conversation}"
        opened = self._topics.get(topic, set())
        if opened:
            self._note_version(topic, ring, ring.version)
            self._tell_whole(ring, opened)
        self._push_slim(ring, opened)

    def _push_slim(self, ring: Ring, opened: Iterable[Listener]) -> None:
        in_inbox = self._topics.get(f"inbox:{ring.inbox}", ())
        everywhere = self._topics.get("inbox:*", ())
        if "conversation" not in (ring.rows or {}) or not (in_inbox or everywhere):
            return
        told = ByVeil(ring, SLIM, frames.slim_frame)
        for members in (in_inbox, everywhere):
            for listener in members:
                if listener not in opened:
                    listener.push_event(told[listener.veil])

    def _deliver_to_visitor(self, ring: Ring) -> None:
        topic = f"profile:{ring.profile}"
        visitors = self._topics.get(topic) if ring.profile else None
        if not visitors:
            return
        made = frames.visitor_frame(ring)
        if made is not None:
            frame, version = made
            self._note_version(topic, ring, version)
            told = tell(frame, ring, VISITOR)
            for listener in visitors:
                listener.push_event(told)

    def _note_version(self, topic: str, ring: Ring, version: int) -> None:
        """Visitors have versions of their own (`VisitorConversationRow`)."""
        known = self._versions.setdefault(topic, {})
        conversation = ring.conversation or ""
        known[conversation] = max(version, known.get(conversation, 0))

    def _tell_whole(self, ring: Ring, listeners: Iterable[Listener]) -> None:
        told = ByVeil(ring, WHOLE, frames.console_frame)
        for listener in listeners:
            listener.push_event(told[listener.veil])

    def _tell_of_customer(self, ring: Ring) -> None:
        """Who has more than one of the customer's conversations open hears it once."""
        topics = [f"conversation:{id}" for id in frames.conversations_of(ring)]
        opened = {listener for topic in topics for listener in self._topics.get(topic, ())}
        self._tell_whole(ring, opened)

    def _tell_of_access(self, ring: Ring) -> None:
        session = frames.session_of(ring)
        visitors = f"token:{session}" if session else f"profile:{ring.profile}"
        topic = f"operator:{ring.operator}" if ring.operator else visitors
        for listener in list(self._topics.get(topic, ())):
            listener.access_changed(session, ring.version)
