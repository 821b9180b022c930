"""Points at which a web process ends at once, as by `kill -9`, when a file asks for it.

Put into a process of the harness by TEST_DEATHS, which names the file; production code knows
nothing of it. Who dies takes the file along, so the process that is asked next lives.
"""

import os
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction

from talk import group_commit, rings, store
from talk.wire import Wires
from tests.faults.mutants import put_in_place

CODE = 9


def put() -> None:
    put_in_place(Wires, "execute", dying_in_a_transaction(Wires.execute))
    put_in_place(rings, "publish", dying_around(rings.publish))
    put_in_place(store, "write", dying_in_django(store.write))


def ask(file: Path, point: str) -> None:
    """Let the next process that comes to the point die there."""
    draft = file.with_suffix(".draft")
    draft.write_text(point)
    draft.rename(file)


def die_at(point: str) -> None:
    if is_asked_for(point):
        os._exit(CODE)


def is_asked_for(point: str) -> bool:
    """Take the wish, if there is one for this point."""
    file = Path(os.environ["TEST_DEATHS"])
    try:
        if file.read_text() != point:
            return False
        file.unlink()
    except FileNotFoundError:
        return False
    return True


def dying_in_a_transaction(execute: Any) -> Any:
    """The store's statement has run, its transaction is still open."""

    async def to_the_point(self: Wires, name: bytes, *parameters: bytes) -> Any:
        if name == group_commit.STATEMENT and is_asked_for("before_commit"):
            wire = await self._wire()
            wire._pgconn.exec_(b"BEGIN")
            await wire.execute(name, *parameters)
            os._exit(CODE)
        return await execute(self, name, *parameters)

    return to_the_point


def dying_around(publish: Any) -> Any:
    """The batch is committed; nobody at a socket has been answered."""

    async def to_the_point(texts: list[str]) -> None:
        die_at("before_publish")
        await publish(texts)
        die_at("before_answer")

    return to_the_point


def dying_in_django(write: Any) -> Any:
    """The same points of a request, whose transaction does more than store the message."""

    def to_the_point(messages: list[store.NewMessage]) -> list[store.Stored]:
        transaction.on_commit(partial(die_at, "before_publish"))
        stored: list[store.Stored] = write(messages)
        transaction.on_commit(partial(die_at, "before_answer"))
        die_at("before_commit")
        return stored

    return to_the_point
