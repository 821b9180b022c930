"""Who is at the other end, behind how many proxies of ours (pure)."""

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network

from config.server.headers import Header, values_of

KEPT_BITS = {4: 24, 6: 48}
"""Of an address; what is left is of a neighbourhood, not of a person."""


def client_address(peer: str, headers: Sequence[Header], hops: int) -> str:
    """Return the address of the client as the outermost trusted proxy saw it.

    Each of our `hops` proxies appends the address of its own peer to `X-Forwarded-For`, so only
    the last `hops` entries are ours; everything to the left was written by the client. An entry
    that is no address leaves the peer.
    """
    if hops == 0:
        return peer
    trusted = values_of(headers, b"x-forwarded-for")[-hops:]
    return _address(trusted[0]) or peer if trusted else peer


def without_person(address: str) -> str:
    """Return the network that the address lies in, as much as a log may keep; "" for none."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(ip_network((int(parsed), KEPT_BITS[parsed.version]), strict=False))


def client_scheme(scheme: str, headers: Sequence[Header], hops: int) -> str:
    """Return http or https (ws or wss for a socket) as the outermost trusted proxy saw it."""
    trusted = values_of(headers, b"x-forwarded-proto")[-hops:] if hops else []
    if not trusted or trusted[0].lower() not in {"http", "https"}:
        return scheme
    is_secure = trusted[0].lower() == "https"
    if scheme.startswith("ws"):
        return "wss" if is_secure else "ws"
    return "https" if is_secure else "http"


def _address(text: str) -> str:
    """Return the bare address of `1.2.3.4`, `1.2.3.4:5`, `::1` or `[::1]:5`, or nothing."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return ""
