"""API tokens: shown once, stored as a hash, ended by revoking."""

import secrets
from datetime import datetime

from django.db.models.functions import Now

from talk.actions.access import digest
from talk.errors import Invalid
from talk.models import ApiToken, Operator
from talk.policy import Permission

PREFIX = "sbn_"


def issue_api_token(
    operator: Operator, *, name: str, scopes: list[str], expires_at: datetime | None = None
) -> tuple[str, ApiToken]:
    """Return the secret, which nobody can read again, and its row."""
    unknown = sorted(set(scopes) - set(Permission))
    if unknown:
        raise Invalid("scopes", f"There is no scope {unknown[0]!r}")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=name,
        operator=operator,
        token_hash=digest(secret),
        hint=secret[-4:],
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    return secret, token


def revoke_api_token(token: ApiToken) -> None:
    """End a token at once. Repeating it keeps the time of the first."""
    live = ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True)
    live.update(revoked_at=Now())
