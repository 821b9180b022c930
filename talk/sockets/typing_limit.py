"""How often typing is told."""

import asyncio

SECONDS = 2.0


class TypingLimit:
    """Of one socket: that somebody types is told every two seconds at most, its end always."""

    def __init__(self) -> None:
        self._told_at = 0.0

    def takes(self, *, active: bool) -> bool:
        """Whether to tell it now."""
        now = asyncio.get_running_loop().time()
        if active and now - self._told_at < SECONDS:
            return False
        self._told_at = now if active else 0.0
        return True
