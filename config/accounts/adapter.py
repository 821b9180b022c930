"""What we ask of allauth beyond its settings."""

import unicodedata
from functools import partial
from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from config.accounts.mail import queue_mail

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 - no interface: the peer of a unix socket has no address


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that our server settled on (`TRUSTED_PROXY_HOPS`), nothing else."""
        return request.META.get("REMOTE_ADDR") or UNKNOWN_ADDRESS

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Answer a deactivated account like an unknown one, its right password like a wrong one."""
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is None or user.is_active:
            return user
        self.pre_authenticate(request, **credentials)  # allauth took its count back
        return None

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Build the mailed link on PUBLIC_URL: a Host header must not choose where it leads."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.PUBLIC_URL + path.replace("UID-KEY", quote(key))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        values = {"email": email, "public_url": settings.PUBLIC_URL, **context}
        mail = self.render_mail(template_prefix, email, values)
        transaction.on_commit(partial(queue_mail, mail.subject, str(mail.body), list(mail.to)))

    def format_email_subject(self, subject: str) -> str:
        return f"[Sobani] {subject}"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures by account alone.

        allauth counts by Host and account, and `Host: name:1`, `name:2` … are all allowed hosts.
        """
        login = str(credentials.get("email", ""))
        return "account:" + unicodedata.normalize("NFKC", login).casefold()
