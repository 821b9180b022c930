"""Links that set a new password: made by a worker, judged by a web process."""

from datetime import datetime

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from django.utils import timezone

from talk import clock


class ResetTokens(EmailAwarePasswordResetTokenGenerator):  # type: ignore[misc]  # untyped
    """Theirs, by the one clock that both processes share."""

    def _now(self) -> datetime:
        return timezone.make_naive(clock.now(), timezone.get_default_timezone())
