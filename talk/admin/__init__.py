"""Django's admin: inboxes, teams, operators, API tokens; everything else is only shown."""

from talk.admin import conversations, customers, inboxes, operators, teams, tokens

__all__ = ["conversations", "customers", "inboxes", "operators", "teams", "tokens"]
