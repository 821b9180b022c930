"""How Chromium is started for the tests and for the pictures of the docs."""

from pathlib import Path

from playwright.async_api import Browser, Playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
# Headless Chromium calls itself a robot, and the site would believe it.
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/141.0.0.0 Safari/537.36"
)
JAPANESE = {"locale": "ja-JP", "timezone_id": "Asia/Tokyo", "user_agent": AGENT}


async def launch(playwright: Playwright, program: Path, *more: str) -> Browser:
    arguments = [*ARGUMENTS, *more]
    return await playwright.chromium.launch(executable_path=str(program), args=arguments)
