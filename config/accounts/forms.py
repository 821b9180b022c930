"""Forms that differ from allauth's."""

from allauth.account.forms import ResetPasswordForm
from django.http import HttpRequest
from django.utils.translation import get_language

from config.accounts.mail import queue_password_reset


class PasswordResetForm(ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """Does the same work for a known and an unknown address."""

    def save(self, request: HttpRequest, **_: object) -> str:
        operator_id = str(self.users[0].pk) if self.users else ""
        queue_password_reset(operator_id, get_language() or "ja")
        return str(self.cleaned_data["email"])
