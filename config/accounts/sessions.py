"""How long a session lives: idle 12 hours, 7 days in all, whatever cookies and clocks say.

The database tells the time: a session is used through several processes.
"""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin

from config.accounts.session_store import SessionStore
from talk import clock
from talk.actions.access import revoke_session

BEGAN = "began_at"
SEEN = "seen_at"
NOTE_EVERY_SECONDS = 300  # a write per request would be too many


class SessionAgeMiddleware(MiddlewareMixin):
    """Ends a session that is too old. Stands right after the session middleware."""

    def process_request(self, request: HttpRequest) -> None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return  # do not touch the session: its answer would vary by cookie
        if SESSION_KEY not in request.session:
            return
        assert isinstance(request.session, SessionStore)  # noqa: S101  # SESSION_ENGINE
        now = _seconds(request.session.read_at or clock.now())
        if is_too_old(request.session, now):
            logout(request)
        elif now - request.session.get(SEEN, 0) > NOTE_EVERY_SECONDS:
            note_use(request.session, now)


def seconds_now() -> int:
    return _seconds(clock.now())


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def is_too_old(session: SessionBase, now: int) -> bool:
    idle_seconds = now - int(session.get(SEEN, 0))
    age_seconds = now - int(session.get(BEGAN, 0))
    return idle_seconds > settings.SESSION_IDLE_SECONDS or age_seconds > settings.SESSION_COOKIE_AGE


def note_use(session: SessionBase, now: int) -> None:
    session[SEEN] = now
    keyed = UserSession.objects.filter(session_key=session.session_key)
    keyed.update(last_seen_at=Now())


@transaction.atomic
def end_session(session: UserSession) -> None:
    """End an operator's session: its next request gets 401, its sockets are closed."""
    session.end()
    revoke_session(session.user_id, session.session_key)
