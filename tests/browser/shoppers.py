"""A foreign site with the widget on it, under the strictest policy, and those who look at it."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2
from playwright.async_api import BrowserContext, FrameLocator, Locator, Page, Route

from tests.site.site import Site

SHOP = "https://shop.example"  # on the list of the cast's shop
EVIL = "https://evil.example"
STUB = "window.sobani=window.sobani||function(){(sobani.q=sobani.q||[]).push(arguments)};"
WATCH = """
window.heard = [];
for (const name of ["ready", "open", "close", "message", "unread"])
  sobani("on", name, (value) => heard.push([name, value]));
addEventListener("securitypolicyviolation", (e) => heard.push(["csp", e.violatedDirective]));
"""


@dataclass
class Shopper:
    """One person's browser on a site. `told` is what their tracker sent."""

    site: Site
    guest: dict[str, Any]
    context: BrowserContext
    origin: str = SHOP
    told: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def enter(self, path: str = "/") -> None:
        await self.context.route(f"{SHOP}/**", self._serve)
        await self.context.route(f"{EVIL}/**", self._serve)
        self.context.on("request", lambda request: self._note(request.url, request.post_data))
        self.page: Page = await self.context.new_page()
        await self.visit(path)

    async def visit(self, path: str = "/") -> None:
        await self.page.goto(self.origin + path)

    @property
    def launcher(self) -> Locator:
        return self.page.locator("sobani-chat .launcher")

    @property
    def badge(self) -> Locator:
        return self.page.locator("sobani-chat .badge")

    @property
    def panel(self) -> Locator:
        return self.page.locator("sobani-chat .panel")

    @property
    def chat(self) -> FrameLocator:
        return self.page.frame_locator("sobani-chat iframe")

    @property
    def text(self) -> Locator:
        return self.chat.locator("textarea")

    def bubbles(self) -> Locator:
        return self.chat.locator("article .body")

    async def open(self) -> None:
        await self.launcher.click()
        await self.text.wait_for()

    async def write(self, body: str) -> None:
        await self.text.fill(body)
        await self.text.press("Enter")

    async def heard(self) -> list[Any]:
        return list(await self.page.evaluate("heard"))

    async def keys(self) -> list[str]:
        return list(await self.page.evaluate("Object.keys(localStorage)"))

    @property
    def key(self) -> str:
        """Where the page keeps the visitor's token."""
        return f"sobani:{self.guest['inbox']}:token"

    async def token(self) -> str:
        return str(await self.page.evaluate("(key) => localStorage.getItem(key)", self.key))

    async def stored(self) -> dict[str, Any]:
        """Return what the server has of this visitor."""
        answer = self.ask_as(await self.token())
        answer.raise_for_status()
        return dict(answer.json())

    async def bodies(self) -> list[str]:
        return [message["body"] for message in (await self.stored())["messages"]]

    def ask_as(self, token: str) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token}"}
        url = self.site.place.http("/widget/v1/conversations")
        return httpx2.get(url, headers=headers, trust_env=False)

    def kinds(self) -> list[str]:
        return [activity["kind"] for activity in self.told]

    def _note(self, url: str, body: str | None) -> None:
        if "/widget/" in url:
            self.asked.append(url)
        if url.endswith("/activities"):
            self.told += json.loads(body or "{}")["activities"]

    async def _serve(self, route: Route) -> None:
        ours = self.site.place.origin
        policy = (
            f"default-src 'none'; script-src {ours} 'nonce-own'; connect-src {ours};"
            f" frame-src {ours} {EVIL}; base-uri 'none'; form-action 'none';"
            " require-trusted-types-for 'script'; trusted-types 'none'"
        )
        tag = f'<script async src="{ours}/widget.js" data-inbox="{self.guest["inbox"]}"></script>'
        tags = tag * (2 if "/twice/" in route.request.url else 1)
        page = (
            f'<!doctype html><html lang="ja"><title>{route.request.url}</title>'
            f'<script nonce="own">{STUB}{WATCH}</script><img name="currentScript">'
            f"{tags}"
            '<button id="help">help</button></html>'
        )
        headers = {"Content-Security-Policy": policy}
        await route.fulfill(status=200, content_type="text/html", headers=headers, body=page)


async def answer(shopper: Shopper, operator: dict[str, Any], body: str) -> None:
    """Let an operator answer the shopper's conversation by REST."""
    conversation = (await shopper.stored())["conversations"][0]["id"]
    csrf = "c" * 32
    cookies = f"sobani_session={operator['session']}; sobani_csrf={csrf}"
    response = httpx2.post(
        shopper.site.place.http(f"/api/v1/conversations/{conversation}/messages"),
        json={"client_id": str(uuid4()), "body": body},
        headers={"Cookie": cookies, "X-CSRFToken": csrf, "Origin": shopper.site.place.origin},
        trust_env=False,
    )
    assert response.status_code < 300, response.text
