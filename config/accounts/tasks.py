"""Jobs of the accounts: mail, and the end of old sessions."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from celery import shared_task
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db.models import Q
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import translation

from config.accounts.sessions import end_session
from talk.models import Operator

BEAT: dict[str, dict[str, Any]] = {
    "end-old-sessions": {"task": "config.accounts.tasks.end_old_sessions", "schedule": 60.0},
}


@shared_task(autoretry_for=(OSError,), retry_backoff=5, retry_backoff_max=300, max_retries=8)
def send_mail(subject: str, body: str, to: list[str]) -> None:
    mail.send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, to)


@shared_task(autoretry_for=(OSError,), retry_backoff=5, retry_backoff_max=300, max_retries=8)
def send_password_reset(operator_id: str, language: str) -> None:
    """Mail the link that sets a new password; for an unknown or inactive operator do nothing."""
    operators = Operator.objects.filter(is_active=True)
    operator = operators.filter(id=operator_id).first() if operator_id else None
    if operator is None:
        return
    key = f"{user_pk_to_url_str(operator)}-{default_token_generator.make_token(operator)}"
    values = {
        "password_reset_url": get_adapter().get_reset_password_from_key_url(key),
        "public_url": settings.PUBLIC_URL,
    }
    with translation.override(operator.locale or language):
        subject = render_to_string("account/email/password_reset_key_subject.txt", values)
        body = render_to_string("account/email/password_reset_key_message.txt", values)
    subject = get_adapter().format_email_subject(" ".join(subject.split()))
    mail.send_mail(subject, body.strip(), settings.DEFAULT_FROM_EMAIL, [operator.email])


@shared_task
def end_old_sessions() -> None:
    """End what is idle for too long or too old, open sockets included; then sweep the table."""
    idle = Now() - timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    oldest = Now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    for session in UserSession.objects.filter(Q(last_seen_at__lt=idle) | Q(created_at__lt=oldest)):
        end_session(session)
    call_command("clearsessions")
