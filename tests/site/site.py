"""One site: a database, a Valkey, two web processes, and the hand inside."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from config.embedded.places import database_url
from tests import ready_made
from tests.flows.link import Place
from tests.site.stagehand import Stagehand
from tests.site.webs import Webs

LOOSE_LIMITS = {
    "VISITOR_FRAMES_PER_SECOND": "200",
    "OPERATOR_FRAMES_PER_SECOND": "400",
    "SOCKETS_PER_VISITOR": "0",
    "SOCKETS_PER_ADDRESS": "0",
}


@dataclass
class Site:
    """Usage: `with Site(folder, database, redis) as site: site.hand.do("cast")`.

    `settings` are further environment variables of the web processes and of the hand.
    """

    folder: Path
    database: str
    redis: str
    settings: dict[str, str] = field(default_factory=dict)
    program: str = "config.server"
    limits: tuple[str, ...] = ()

    def __enter__(self) -> "Site":
        self.webs = Webs(self.folder, self.environment, program=self.program, arguments=self.limits)
        self.webs.start()
        self.hand = Stagehand({"PUBLIC_URL": self.webs.origin, **self.environment})
        return self

    def __exit__(self, *_: object) -> None:
        self.webs.close()
        self.hand.close()

    @property
    def environment(self) -> dict[str, str]:
        own = {"DATABASE_URL": self.database, "REDIS_URL": self.redis, "LOG_FORMAT": "json"}
        return {**LOOSE_LIMITS, "STATE_DIR": str(self.folder), **own, **self.settings}

    @property
    def place(self) -> Place:
        return Place(self.webs.port, self.webs.origin)


def server_url() -> str:
    """Return the URL of the tests' PostgreSQL (`tests.servers`)."""
    return os.environ.get("DATABASE_URL") or database_url(Path(os.environ["STATE_DIR"]))


def with_name(url: str, name: str) -> str:
    """Return the URL of another database of the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def create_database(url: str, name: str, template: str = "template1") -> str:
    """Make a database beside the one of the URL; return its own URL."""
    with psycopg.connect(with_name(url, "postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return with_name(url, name)


def migrated_database(name: str) -> str:
    """Make one in the tests' own PostgreSQL; return its URL."""
    url = server_url()
    if ready_made.is_there():
        return create_database(url, name, template=ready_made.TEMPLATE)
    made = create_database(url, name)
    migrate(made, os.environ["REDIS_URL"])
    return made


def drop_database(url: str) -> None:
    name = urlsplit(url).path[1:]
    with psycopg.connect(with_name(url, "postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def migrate(url: str, redis: str) -> None:
    hand = Stagehand({"DATABASE_URL": url, "REDIS_URL": redis})
    try:
        hand.do("migrate")
    finally:
        hand.close()
