"""Where the websockets are."""

from typing import Any

from django.urls import path

from talk.sockets import console, widget
from talk.sockets.arrival import Receive
from talk.sockets.socket import Send


async def nowhere(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer 403 for a path that is no socket, instead of an error in the log."""
    await receive()
    await send({"type": "websocket.close"})


SOCKETS: dict[str, Any] = {
    "ws/console": console.serve,
    "ws/widget": widget.serve,
    "<path:elsewhere>": nowhere,
}
# Channels routes to ASGI applications; the types of Django's `path` know only views.
websocket_urlpatterns: list[Any] = [
    path(route, application) for route, application in SOCKETS.items()
]
