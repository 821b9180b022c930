"""The admin: inboxes, teams, operators, tokens, signing keys; everything else is only shown."""

from talk.admin import (
    conversations,
    customers,
    identities,
    inboxes,
    operators,
    signing,
    teams,
    tokens,
)

__all__ = [
    "conversations",
    "customers",
    "identities",
    "inboxes",
    "operators",
    "signing",
    "teams",
    "tokens",
]
