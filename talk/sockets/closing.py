"""Why sockets are closed or commands refused: codes (docs/protocol.md) and what stands behind."""

from typing import Any

import psycopg
import structlog
from django.db import InterfaceError, OperationalError
from psycopg_pool import PoolTimeout

from talk.errors import Problem, Unavailable, Unexpected

AUTH_NEEDED, FORBIDDEN, REVOKED, TOO_OLD, ABUSE, TOO_BIG = 4001, 4003, 4009, 4010, 1008, 1009
RESTART, LATER = 1012, 1013
CROWDED = "retry=60"  # over which they try again, each at a moment of its own
DATABASE_AWAY = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    PoolTimeout,
    TimeoutError,
    OSError,
)
logger = structlog.stdlib.get_logger("sobani.sockets")


class Refused(Exception):
    """The socket is not let in; `code` and `reason` are what it is closed with."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason


def body_of(error: Exception) -> dict[str, Any]:
    """Shape what a command raised; a mistake of ours is logged under the `ref` of its answer."""
    if isinstance(error, DATABASE_AWAY):
        logger.warning("command failed", error=type(error).__name__)
        error = Unavailable()
    if isinstance(error, Problem):
        return error.as_dict()
    body = Unexpected().as_dict()
    logger.error("unexpected", exc_info=error, ref=body["ref"])
    return body
