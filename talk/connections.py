"""Connections to PostgreSQL that give up: a machine that is gone, or a server that hangs, is mute.

Without these a query waits for as long as the kernel tries, a quarter of an hour and more, and for
ever behind a proxy that still acknowledges what it does not pass on.
"""

from typing import Any, ClassVar, Self, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

ROUND = 0.1  # seconds after which a wait looks at the clock
# A transaction that is left open holds back the watermark of the log, and with it all who catch up.
# Ours think for milliseconds between two statements; how long a statement takes is another thing.
LEFT_OPEN = "-c idle_in_transaction_session_timeout=60s"
Result = TypeVar("Result")
# Of libpq; none of them matters to a unix socket.
OPTIONS: dict[str, int] = {
    "connect_timeout": 3,  # seconds
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}


def with_options(given: dict[str, Any]) -> dict[str, Any]:
    """Add ours to a deployment's options. Where both name one, theirs counts: it comes last."""
    sessions = f"{LEFT_OPEN} {given.get('options', '')}".strip()
    return {**OPTIONS, **given, "options": sessions}


class PatientConnection(psycopg.Connection[Any]):
    """Waits `answer_seconds` for each answer, then closes itself and raises `OperationalError`.

    So does a statement that waits `lock_seconds` for a lock, and the connection stays. Only what
    answers people sets limits: a migration may take as long as it takes.
    """

    answer_seconds: ClassVar[float | None] = None
    lock_seconds: ClassVar[float | None] = None

    @classmethod
    def connect(cls, *args: Any, **kwargs: Any) -> Self:
        if cls.lock_seconds is not None:
            ours = f"-c lock_timeout={int(cls.lock_seconds * 1000)}"
            kwargs["options"] = f"{ours} {kwargs.get('options') or ''}".strip()
        return super().connect(*args, **kwargs)

    def wait(
        self, gen: PQGen[Result], interval: float = ROUND, timeout: float | None = None
    ) -> Result:
        try:
            return super().wait(gen, interval, timeout or self.answer_seconds)
        except psycopg.OperationalError:
            # Its answer, should it ever come, is not for the next statement.
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise


class PatientAsyncConnection(psycopg.AsyncConnection[Any]):
    """The same for an event loop: somebody at a socket waits for each of these."""

    answer_seconds: ClassVar[float] = 5.0

    async def wait(
        self,
        gen: PQGen[Result],
        interval: float = ROUND,
        timeout: float | None = None,  # noqa: ASYNC109  # the driver's own
    ) -> Result:
        try:
            return await super().wait(gen, interval, timeout or self.answer_seconds)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise


def expect_answers_within(seconds: float, *, lock_seconds: float | None = None) -> None:
    """Limit every wait of this process's ordinary Django code."""
    PatientConnection.answer_seconds = seconds
    PatientConnection.lock_seconds = lock_seconds
