"""Everything that writes customers, except what they do (`customers.ingest`)."""

from customers.actions.people import create_visitor_profile

__all__ = ["create_visitor_profile"]
