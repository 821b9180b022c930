"""Sessions in PostgreSQL, read by PostgreSQL's clock: one is used through several processes."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.db.models.functions import Now


class SessionStore(db.SessionStore):
    """Django's own, which also tells when it was read: `SessionAgeMiddleware` measures by that."""

    read_at: datetime | None = None
    """By the database's clock; None for a session that was not read from there."""

    def _get_session_from_db(self) -> Any:
        live = self.model.objects.filter(session_key=self.session_key, expire_date__gt=Now())
        found = live.annotate(read_at=Now()).first()
        if found is None:
            self._session_key = None
            return None
        self.read_at = found.read_at
        return found
