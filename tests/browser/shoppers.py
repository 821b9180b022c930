"""A foreign site with the widget on it, under the strictest policy, and those who look at it."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2
from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, Route

from tests.browser.desks import Customer
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

    def __post_init__(self) -> None:
        self.context.route(f"{SHOP}/**", self._serve)
        self.context.route(f"{EVIL}/**", self._serve)
        self.context.on("request", lambda request: self._note(request.url, request.post_data))
        self.page: Page = self.context.new_page()

    def visit(self, path: str = "/") -> None:
        self.page.goto(self.origin + path)

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

    def open(self) -> None:
        self.launcher.click()
        self.text.wait_for()

    def write(self, body: str) -> None:
        self.text.fill(body)
        self.text.press("Enter")

    def heard(self) -> list[Any]:
        return list(self.page.evaluate("heard"))

    @property
    def token(self) -> str:
        key = f"sobani:{self.guest['inbox']}:token"
        return str(self.page.evaluate("(key) => localStorage.getItem(key)", key))

    @property
    def customer(self) -> Customer:
        """The same visitor, seen from the server."""
        return Customer(self.site, {**self.guest, "token": self.token})

    def kinds(self) -> list[str]:
        return [activity["kind"] for activity in self.told]

    def _note(self, url: str, body: str | None) -> None:
        if "/widget/" in url:
            self.asked.append(url)
        if url.endswith("/activities"):
            self.told += json.loads(body or "{}")["activities"]

    def _serve(self, route: Route) -> None:
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
        route.fulfill(status=200, content_type="text/html", headers=headers, body=page)


def answer(site: Site, operator: dict[str, Any], shopper: Shopper, body: str) -> None:
    """Let an operator answer the shopper's conversation by REST."""
    conversation = json.loads(shopper.customer.sees())["conversations"][0]["id"]
    csrf = "c" * 32
    cookies = f"sobani_session={operator['session']}; sobani_csrf={csrf}"
    response = httpx2.post(
        site.place.http(f"/api/v1/conversations/{conversation}/messages"),
        json={"client_id": str(uuid4()), "body": body},
        headers={"Cookie": cookies, "X-CSRFToken": csrf, "Origin": site.place.origin},
        trust_env=False,
    )
    assert response.status_code < 300, response.text
