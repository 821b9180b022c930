"""Log lines of the server: what was asked and what became of it.

Never a query string, a header or a body: tokens and people's words live there. Nor a whole address:
a log outlives what may be kept of a visitor.
"""

import structlog

from config.server.asgi_types import Scope
from config.server.peer import without_person

log: structlog.stdlib.BoundLogger = structlog.get_logger("config.server")


def request_ended(scope: Scope, *, seconds: float, status: int, body_bytes: int) -> None:
    log.info(
        "request",
        method=scope["method"],
        path=scope["path"],
        status=status,
        bytes=body_bytes,
        milliseconds=round(seconds * 1000, 1),
        network=without_person(scope["client"][0]),
        request_id=scope.get("request_id", ""),  # config.request_id puts it there
    )


def socket_ended(scope: Scope, *, seconds: float, code: int) -> None:
    log.info(
        "socket",
        path=scope["path"],
        code=code,
        seconds=round(seconds, 1),
        network=without_person(scope["client"][0]),
    )
