"""Tables of customers: who they are, what they did, and the one row that the sidebar reads."""

from customers.models.people import Activity, Context, Customer, Profile

__all__ = ["Activity", "Context", "Customer", "Profile"]
