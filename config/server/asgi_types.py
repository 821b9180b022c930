"""The words of ASGI."""

from collections.abc import Awaitable, Callable
from typing import Any

# ASGI's own dictionaries: their shape is the specification's, not ours.
Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
