"""How Chromium is started for the tests and for the pictures of the docs."""

from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Playwright

# Headless Chromium calls itself a robot, and the site would believe it. For the whole browser:
# a page's own setting does not reach what is sent after it has gone.
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/141.0.0.0 Safari/537.36"
)
# What Chromium makes for each context before its first page: more than half of all that one costs.
NEVER_SEEN = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess")


def without(*features: str) -> str:
    """Return the argument for a browser without these and without what nobody sees.

    Of several such arguments the last one holds, and Playwright has one of its own.
    """
    return f"--disable-features={','.join((*features, *NEVER_SEEN))}"


ARGUMENTS = (
    f"--user-agent={AGENT}",
    without("UserAgentClientHint"),  # they would tell of the real system
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
JAPANESE: dict[str, Any] = {"locale": "ja-JP", "timezone_id": "Asia/Tokyo"}


async def launch(playwright: Playwright, program: Path, *more: str) -> Browser:
    arguments = [*ARGUMENTS, *more]
    return await playwright.chromium.launch(executable_path=str(program), args=arguments)
