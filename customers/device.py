"""The device behind a request: User-Agent first, corrected by Client Hints where those know better.

Browsers freeze parts of the User-Agent (Chromium says Windows 10, macOS 10.15 and Android 10 for
ever). A frozen number is worse than none for an operator who helps, so it is left empty unless a
hint tells the real one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from customers.client import ClientFacts
from customers.context import Device, DeviceKind, Facts

if TYPE_CHECKING:
    from ua_parser import OS, UserAgent
    from ua_parser import Device as Parsed

MOBILE_SYSTEMS = {"iOS", "Android", "Windows Phone", "KaiOS"}
SYSTEM_NAMES = {"Mac OS X": "macOS", "Chrome OS": "ChromeOS"}
PLATFORMS = {
    "Android": "Android",
    "Chrome OS": "ChromeOS",
    "Chromium OS": "ChromeOS",
    "iOS": "iOS",
    "Linux": "Linux",
    "macOS": "macOS",
    "Windows": "Windows",
}
FROZEN = {("Windows", "10"), ("macOS", "10.15")}
BROWSER_NAMES = {
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Edge Mobile": "Edge",
    "Samsung Internet": "Samsung Internet",
    "Chrome Mobile WebView": "Android WebView",
}
BOT = re.compile(
    r"bot\b|crawl|spider|slurp|headless|lighthouse|curl|wget|python|\bjava/|go-http|okhttp"
    r"|libwww|httpclient|scrapy|phantomjs|monitor|preview|facebookexternalhit",
    re.IGNORECASE,
)
BRAND = re.compile(r'"((?:[^"\\]|\\.)*)";\s*v="([0-9.]+)"')
BRAND_NAMES = {
    "Google Chrome": "Chrome",
    "Microsoft Edge": "Edge",
    "Opera": "Opera",
    "Brave": "Brave",
    "Samsung Internet": "Samsung Internet",
}
WINDOWS_11_PLATFORM = 13
"""Windows 11 tells 13.0.0 or more as its platform version (Microsoft's documents on hints)."""


def facts_of(client: ClientFacts) -> Facts:
    """Return what an activity's sender adds to the context."""
    return Facts(
        device_of(client), client.language, client.time_zone, client.screen, client.consent
    )


def device_of(client: ClientFacts) -> Device | None:
    """Return the device, or None when the request told nothing of it."""
    if not client.user_agent and not client.platform:
        return None
    return _device(
        client.user_agent,
        client.brands,
        client.is_mobile,
        client.platform,
        client.platform_version,
    )


@lru_cache(maxsize=1024)
def _device(
    user_agent: str, brands: str, is_mobile: str, platform: str, platform_version: str
) -> Device:
    # Its regular expressions take a third of a second to compile: only a process that needs it.
    import ua_parser

    parsed = ua_parser.parse(user_agent)
    browser, browser_version = _browser(parsed.user_agent, brands)
    system, system_version = _system(
        parsed.os, user_agent, platform.strip('"'), platform_version.strip('"')
    )
    return Device(
        kind=_kind(user_agent, system, parsed.device, is_mobile),
        browser=browser,
        browser_version=browser_version,
        os=system,
        os_version=system_version,
    )


def _browser(parsed: UserAgent | None, brands: str) -> tuple[str, str]:
    family = parsed.family if parsed else ""
    browser = BROWSER_NAMES.get(family, family)
    # The in-app browser of LINE says Chromium in its hints; only the User-Agent knows.
    told = _brand(brands) if browser in {"", "Chrome", "Chromium"} else None
    return told or (browser, _joined(parsed.major, parsed.minor) if parsed else "")


def _brand(brands: str) -> tuple[str, str] | None:
    """Return the browser that the hint names, past Chromium and the deliberate nonsense brand."""
    for name, version in BRAND.findall(brands):
        if name in BRAND_NAMES:
            return BRAND_NAMES[name], _joined(*version.split(".")[:2])
    return None


def _system(
    parsed: OS | None, user_agent: str, platform: str, platform_version: str
) -> tuple[str, str]:
    family = parsed.family if parsed else ""
    own = SYSTEM_NAMES.get(family, family)
    system = PLATFORMS.get(platform) or own
    if platform_version:
        return system, _told_version(system, platform_version)
    # Where the hint contradicts the User-Agent, that one's number belongs to another system.
    version = _joined(parsed.major, parsed.minor) if parsed and system == own else ""
    is_frozen = (system, version) in FROZEN or "Android 10; K" in user_agent
    return system, "" if is_frozen else version


def _told_version(system: str, version: str) -> str:
    major, _, rest = version.partition(".")
    if not major.isdigit():
        return ""
    if system == "Windows":
        return "11" if int(major) >= WINDOWS_11_PLATFORM else "10"
    return _joined(major, rest.partition(".")[0])


def _kind(user_agent: str, system: str, parsed: Parsed | None, is_mobile: str) -> DeviceKind:
    model, brand = (parsed.family, parsed.brand or "") if parsed else ("", "")
    if model == "Spider" or BOT.search(user_agent):
        return "bot"
    if model == "iPad" or "Tablet" in brand or "Tablet" in model:
        return "tablet"
    if system == "Android" and is_mobile == "?0":
        return "tablet"
    if system in MOBILE_SYSTEMS or is_mobile == "?1":
        return "mobile"
    return "desktop" if system else "unknown"


def _joined(major: str | None, minor: str | None = None) -> str:
    """Return "17.4", or "131" for "131.0": nobody says the nought."""
    if not major:
        return ""
    return f"{major}.{minor}" if minor and minor != "0" else major
