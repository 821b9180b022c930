"""The listening socket: our own, or one that the supervisor shares among its web processes."""

import socket


def adopt(fd: int, backlog: int) -> socket.socket:
    """Take over an inherited listening socket; its queue is widened to `backlog`."""
    listener = socket.socket(fileno=fd)
    listener.set_inheritable(False)
    return _listening(listener, backlog)


def bind(host: str, port: int, backlog: int) -> socket.socket:
    """Listen on an address; raises OSError when it is taken."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)
    return _listening(listener, backlog)


def _listening(listener: socket.socket, backlog: int) -> socket.socket:
    # Twisted's own queue of 50 overflows when everybody reconnects at once, and each lost SYN
    # costs its client a second.
    listener.listen(backlog)
    listener.setblocking(False)
    return listener


def name(listener: socket.socket) -> str:
    """Return the address as people write it."""
    address = listener.getsockname()
    return address if isinstance(address, str) else f"{address[0]}:{address[1]}"
