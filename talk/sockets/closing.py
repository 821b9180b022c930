"""Why sockets are closed or commands refused: codes (docs/protocol.md) and what stands behind."""

from django.db import Error as DatabaseError
from psycopg import Error as DriverError
from psycopg_pool import PoolTimeout

AUTH_NEEDED, FORBIDDEN, REVOKED, TOO_OLD, ABUSE, TOO_BIG = 4001, 4003, 4009, 4010, 1008, 1009
RESTART, LATER = 1012, 1013
CROWDED = "retry=60"  # over which they try again, each at a moment of its own
DATABASE_AWAY = (DatabaseError, DriverError, PoolTimeout, TimeoutError, OSError)


class Refused(Exception):
    """The socket is not let in; `code` and `reason` are what it is closed with."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason
