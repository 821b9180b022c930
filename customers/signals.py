"""News that travels up: apps above listen, this one knows nobody."""

from django.dispatch import Signal

context_changed = Signal()
"""Sent inside the transaction with `customer_id: UUID`: the context has a new version."""

context_rebuilt = Signal()
"""Sent inside the transaction with `customer_id: UUID`: what others keep in the context is to be
told anew. `context_changed` follows."""

customer_renamed = Signal()
"""Sent inside the transaction with `customer_id: UUID`: what carries the name changes with it."""

traits_changed = Signal()
"""Sent inside the transaction with `customer_id: UUID`: another value of a trait is shown."""

profiles_moved = Signal()
"""Sent inside the transaction with `profile_ids: list[UUID]` and `customer_id: UUID`, whose the
profiles are from now on, and `source_id: UUID`, whose they were. Both are locked."""

customer_erased = Signal()
"""Sent inside the transaction with `customer_id: UUID` and `profile_ids: list[UUID]`, all locked:
nothing may be taken for these any more. What is stored goes by `customers.erasing`."""
