"""News that travels up: apps above listen, this one knows nobody."""

from django.dispatch import Signal

context_changed = Signal()
"""Sent inside the transaction with `customer_id: UUID`: the context has a new version."""

customer_renamed = Signal()
"""Sent inside the transaction with `customer_id: UUID`: what carries the name changes with it."""
