"""The admin: inboxes, teams, operators, tokens, signing keys; everything else is only shown."""

from talk.admin import (
    audit,
    conversations,
    customers,
    erasures,
    identities,
    inboxes,
    operators,
    retention,
    signing,
    teams,
    tokens,
)

__all__ = [
    "audit",
    "conversations",
    "customers",
    "erasures",
    "identities",
    "inboxes",
    "operators",
    "retention",
    "signing",
    "teams",
    "tokens",
]
