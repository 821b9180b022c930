"""API tokens: `Authorization: Bearer sbn_…`. Only their SHA-256 is stored."""

import re
from datetime import timedelta

from django.db.models import F, Q
from django.db.models.functions import Now
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from talk.actions.access import digest
from talk.models import ApiToken, Operator

WELL_FORMED = re.compile(rb"sbn_[A-Za-z0-9_-]{43}")
NOTE_USE_EVERY = timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Operator, ApiToken] | None:
        """Return the token's operator; None lets the session be tried."""
        scheme, _, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token = live_token(secret) if WELL_FORMED.fullmatch(secret) else None
        if token is None:
            raise AuthenticationFailed("The API token is unknown, expired or revoked")
        return token.operator, token

    def authenticate_header(self, request: Request) -> str:
        """Its presence makes DRF answer 401, not 403, to whoever is not logged in."""
        return 'Bearer realm="sobani"'


def live_token(secret: bytes) -> ApiToken | None:
    token = (
        ApiToken.objects.select_related("operator")
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()))
        .filter(
            token_hash=digest(secret.decode()), revoked_at__isnull=True, operator__is_active=True
        )
        .annotate(since_use=Now() - F("last_used_at"))
        .first()
    )
    if token is not None and (token.since_use is None or token.since_use > NOTE_USE_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=Now())
    return token
