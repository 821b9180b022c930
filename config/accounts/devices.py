"""What a session's browser is called on the page of sessions."""

from customers.client import ClientFacts
from customers.device import device_of


def device_name(user_agent: str) -> str:
    """Return such as "Chrome 141 · Windows"; the User-Agent itself when it is of no known kind."""
    device = device_of(ClientFacts(user_agent=user_agent))
    if device is None:
        return "–"
    browser = f"{device.browser} {device.browser_version}".strip()
    system = f"{device.os} {device.os_version}".strip()
    return " · ".join(part for part in (browser, system) if part) or user_agent
