"""How the cast reaches the server: a browser that is logged in, or a program with a token."""

from datetime import datetime

from django.test import Client

from talk.actions.tokens import issue_api_token
from talk.models import Operator


def browser(operator: Operator, **options: bool) -> Client:
    client = Client(**options)
    client.force_login(operator)
    return client


def program(operator: Operator, *scopes: str, expires_at: datetime | None = None) -> Client:
    secret, _ = issue_api_token(operator, name="test", scopes=list(scopes), expires_at=expires_at)
    return Client(headers={"Authorization": f"Bearer {secret}"})
