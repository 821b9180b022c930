from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import partialmethod

import pytest
from django.core.cache import cache
from django.db.models.functions import Now

from talk import clock
from tests.cast import Cast

Later = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def cast(db: None) -> Cast:
    cache.clear()  # throttles that an earlier test used up
    return Cast()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Let time pass for the database, whose clock decides: `with later(hours=11)`."""

    @contextmanager
    def move(**ahead: float) -> Iterator[None]:
        passed = timedelta(**ahead)
        moved = clock.now() + passed
        statement = f"(STATEMENT_TIMESTAMP() + interval '{passed.total_seconds()} seconds')"
        with monkeypatch.context() as patch:
            patch.setattr(clock, "now", lambda: moved)
            patch.setattr(Now, "as_postgresql", partialmethod(Now.as_sql, template=statement))
            yield

    return move
