"""The admin: inboxes, teams, operators, tokens, signing keys; everything else is only shown."""

from talk.admin import (
    audit,
    classes,
    conversations,
    customers,
    erasures,
    headline,
    identities,
    inboxes,
    labels,
    operators,
    retention,
    sidebars,
    signing,
    teams,
    tokens,
    tool_links,
)

__all__ = [
    "audit",
    "classes",
    "conversations",
    "customers",
    "erasures",
    "headline",
    "identities",
    "inboxes",
    "labels",
    "operators",
    "retention",
    "sidebars",
    "signing",
    "teams",
    "tokens",
    "tool_links",
]
