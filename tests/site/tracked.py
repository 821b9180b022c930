"""Tasks about what is tracked: the terms of an inbox, and what came of it."""

from typing import Any

from customers.models import Activity, Claim, Context, Profile
from talk.models import Inbox


def change_inbox(inbox: str, **fields: Any) -> None:
    """Change fields of an inbox by its public id."""
    Inbox.objects.filter(public_id=inbox).update(**fields)


def context(profile: str) -> dict[str, Any]:
    """Return what the operators see of a profile's customer."""
    owner = Profile.objects.get(id=profile).customer_id
    return dict(Context.objects.get(customer_id=owner).data)


def activities(profile: str) -> list[list[Any]]:
    """Return kind and properties of what was recorded, the oldest first."""
    told = Activity.objects.filter(profile_id=profile).order_by("at", "id")
    return [[one.kind, one.props] for one in told]


def claims(profile: str) -> list[list[str]]:
    told = Claim.objects.filter(profile_id=profile).order_by("kind")
    return [[one.kind, one.value] for one in told]


def profiles(inbox: str) -> list[str]:
    """Return the profiles that have a token of the inbox."""
    held = Inbox.objects.get(public_id=inbox).visitor_tokens.values_list("profile_id", flat=True)
    return [str(profile) for profile in held]
