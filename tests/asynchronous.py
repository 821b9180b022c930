"""Ordinary Django code from tests that run on an event loop."""

from typing import Any

from channels.db import database_sync_to_async


def in_database(function: Any) -> Any:
    """Let it run in a thread with a connection of its own."""
    return database_sync_to_async(function, thread_sensitive=False)
