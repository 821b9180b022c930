"""The command line of the server."""

import argparse
from dataclasses import dataclass

from config.server.hooks import LIVE_HOOKS
from config.server.limits import Limits, with_overrides


@dataclass(frozen=True)
class Arguments:
    fd: int | None
    host: str
    port: int
    app: str
    hooks: str
    limits: Limits


def parse(words: list[str], *, host: str, port: int) -> Arguments:
    """Read the command line; `host` and `port` hold when it names neither."""
    parser = argparse.ArgumentParser(prog="python -m config.server", description=__doc__)
    parser.add_argument("--fd", type=int, help="inherited listening socket")
    parser.add_argument("--host", default=host)
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--app", default="config.asgi:application", help="module:attribute")
    parser.add_argument("--hooks", default=LIVE_HOOKS, help="module with start and stop, or ''")
    parser.add_argument("--limit", action="append", default=[], metavar="NAME=VALUE")
    found = parser.parse_args(words)
    try:
        limits = with_overrides(Limits(), found.limit)
    except ValueError as error:
        parser.error(str(error))
    return Arguments(found.fd, found.host, found.port, found.app, found.hooks, limits)
