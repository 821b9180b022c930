"""The clock that decides, for this layer."""

from customers.clock import now

__all__ = ["now"]
