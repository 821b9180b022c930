"""Whom an abuse limit counts as one: an IPv4 address, or an IPv6 network of a household."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from django.http import HttpRequest

HOUSEHOLD_BITS = 64  # what one subscriber gets at least, and may rotate through


def network_of(request: HttpRequest) -> str:
    """Return the network of the peer; the server has put the real one there, proxies or not."""
    return network(request.META.get("REMOTE_ADDR") or "")


@lru_cache(4096)
def network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, HOUSEHOLD_BITS), strict=False))
