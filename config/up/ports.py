"""The one listening socket that all web processes share."""

import errno
import socket

from config.up.failure import StartError

BACKLOG = 4096
"""After a restart all browsers come back at once; the kernel keeps them waiting, not failing."""


def listen(host: str, port: int) -> socket.socket:
    """Return the socket, or say in plain words why there is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        raise StartError(_reason(host, port, error)) from error
    listener.set_inheritable(True)
    return listener


def _reason(host: str, port: int, error: OSError | OverflowError) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return f"port {port} is taken by another program; choose another one with PORT=…"
    if number == errno.EACCES:
        return f"port {port} needs more rights than we have; choose one above 1023 with PORT=…"
    return f"cannot listen on {host}:{port}: {error}"
