"""The text of event frames, put together from the JSON that PostgreSQL made."""

import msgspec
from msgspec import Raw, Struct

from talk.masking import dots
from talk.rows import VisitorConversationRow, VisitorMessageRow
from talk.veils import NAME, NO_VEIL, Veil, nameless, veiled, veiled_marks

# Kinds of which a visitor hears, by the rows that are theirs.
VISITOR_KINDS = frozenset(
    {"conversation.created", "conversation.changed", "message.created", "message.changed"}
)

_VEILED = frozenset({"conversation", "context", "marks", "message", "note"})

_LINES = frozenset({"message", "note"})

# No row, but further conversations whose listeners the event is for: no client gets it.
ALSO = "also"


class Ring(Struct):
    """What rings, and what the log keeps: a header and the rows, still as JSON.

    Without `rows` the event was too large to ring whole: read it from the log.
    """

    id: int
    xid: int
    kind: str
    inbox: str | None = None
    conversation: str | None = None
    profile: str | None = None
    operator: str | None = None
    version: int = 0
    rows: dict[str, Raw] | None = None


_decoder = msgspec.json.Decoder(Ring)
_conversation = msgspec.json.Decoder(VisitorConversationRow)
_message = msgspec.json.Decoder(VisitorMessageRow)
_also = msgspec.json.Decoder(list[str])
_session = msgspec.json.Decoder(str)
_rows = msgspec.json.Decoder(dict[str, Raw])
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def parse_ring(text: str) -> Ring:
    return _decoder.decode(text)


def console_frame(ring: Ring, veil: Veil = NO_VEIL) -> str:
    """Return the event with all its rows, for a console that has the conversation open."""
    rows = {name: _shown(name, row, veil) for name, row in (ring.rows or {}).items()}
    rows.pop(ALSO, None)
    return _frame(ring, rows)


def slim_frame(ring: Ring, veil: Veil = NO_VEIL) -> str:
    """Return the event with the conversation's row alone, for lists."""
    row = (ring.rows or {})["conversation"]
    return _frame(ring, {"conversation": _shown("conversation", row, veil)})


def veiled_rows(rows: str, veil: Veil) -> str:
    """Return the JSON of an object of rows as who has this veil may see them."""
    if not veil:
        return rows
    told = {name: _shown(name, row, veil) for name, row in _rows.decode(rows).items()}
    return f"{{{_members(told)}}}"


def visitor_frame(ring: Ring) -> tuple[str, int] | None:
    """Return the event as the visitor may see it, and its version; None for what is not theirs.

    The rows are decoded as the visitor's own types: what these lack cannot leak. The version is
    the visitor's too: the conversation's own would tell that operators talk among themselves.
    """
    rows = ring.rows or {}
    if ring.kind not in VISITOR_KINDS or "conversation" not in rows:
        return None
    conversation = _conversation.decode(rows["conversation"])
    own = {"conversation": _encode(conversation).decode()}
    if "message" in rows:
        own["message"] = _encode(_message.decode(rows["message"])).decode()
    version = conversation.visitor_version
    return _frame(ring, own, version), version


def conversations_of(ring: Ring) -> list[str]:
    """Return the conversations whose listeners the event is for."""
    also = _also.decode((ring.rows or {}).get(ALSO, Raw(b"[]")))
    return [*([ring.conversation] if ring.conversation else []), *also]


def session_of(ring: Ring) -> str:
    """Return the hash of the session, or visitor's token, that an `access.changed` is about.

    '' is for all of an operator's, or for who hears the profile.
    """
    return _session.decode((ring.rows or {}).get("session", Raw(b'""')))


def _shown(name: str, row: Raw, veil: Veil) -> str:
    """Rows without anything that is hidden go on as PostgreSQL wrote them."""
    known = _decode(row) if veil and name in _VEILED else None
    if known and name == "conversation" and NAME in veil:
        return _encode({**known, "name": dots(known["name"])}).decode()
    if known and name in _LINES and NAME in veil:
        return _encode({**known, "data": nameless(known["data"], dots)}).decode()
    if known and name == "context":
        return _encode({**known, "data": veiled(known["data"], veil)}).decode()
    if known and name == "marks":
        return _encode(veiled_marks(known, veil)).decode()
    return bytes(row).decode()


def _members(rows: dict[str, str]) -> str:
    return ",".join(f'"{name}":{row}' for name, row in rows.items())


def _frame(ring: Ring, rows: dict[str, str], version: int | None = None) -> str:
    conversation = f'"{ring.conversation}"' if ring.conversation else "null"
    return (
        f'{{"type":"event","kind":"{ring.kind}","id":{ring.id},"conversation_id":{conversation},'
        f'"version":{ring.version if version is None else version},"rows":{{{_members(rows)}}}}}'
    )
