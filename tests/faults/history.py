"""What every client asked, was told and showed, in the order of one clock."""

import hashlib
import json
import time
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


class History:
    """Usage: give `note` to the clients; `keep` writes JSON lines for a look afterwards.

    Of an operation there is an `invoke`, and then an `ok`, a `fail`, or nothing: unknown.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def note(self, **what: Any) -> None:
        self.entries.append({"i": len(self.entries), "at": time.monotonic(), **what})

    def keep(self, path: Path) -> None:
        lines = (json.dumps(entry, ensure_ascii=False) for entry in self.entries)
        path.write_text("\n".join(lines) + "\n")


def sha(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]
