"""Tables of customers: who they are, what they did, and the one row that the sidebar reads."""

from customers.models.audit import AuditEntry
from customers.models.erasure import Erasure, Suppression
from customers.models.identities import (
    BlockedIdentifier,
    Claim,
    Identity,
    IdentityConflict,
    MergeLog,
)
from customers.models.people import Activity, Context, Customer, Profile
from customers.models.retention import Retention
from customers.models.traits import Reresolving, Trait, TraitPrecedence

__all__ = [
    "Activity",
    "AuditEntry",
    "BlockedIdentifier",
    "Claim",
    "Context",
    "Customer",
    "Erasure",
    "Identity",
    "IdentityConflict",
    "MergeLog",
    "Profile",
    "Reresolving",
    "Retention",
    "Suppression",
    "Trait",
    "TraitPrecedence",
]
