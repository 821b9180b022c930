"""What a site asks its database, by the log of the tests' own PostgreSQL."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests import servers
from tests.site.site import with_name

LINE = re.compile(r" LOG:  (?:statement|execute (?:<unnamed>|_pg3_\w+|(\w+))): (.{0,60})")


class Asked:
    """Statements since `begin`, counted by their name or, without one of ours, by their head."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._from = 0

    def begin(self) -> None:
        self._from = self._log.stat().st_size

    def counted(self) -> Counter[str]:
        with self._log.open(errors="replace") as log:
            log.seek(self._from)
            return Counter(found[1] or found[2] for line in log if (found := LINE.search(line)))


@contextmanager
def statements_of(database: str) -> Iterator[Asked]:
    """Let PostgreSQL write down each statement of sessions that begin from now on."""
    name = urlsplit(database).path[1:]
    with psycopg.connect(with_name(database, "postgres"), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE \"{name}\" SET log_statement = 'all'")
        try:
            yield Asked(servers.STATE / "log" / "postgres.log")
        finally:
            connection.execute(f'ALTER DATABASE "{name}" RESET log_statement')
