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
ARGUMENTS = (
    f"--user-agent={AGENT}",
    "--disable-features=UserAgentClientHint",  # they would tell of the real system
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
