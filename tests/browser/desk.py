"""An operator at the console."""

import asyncio
from dataclasses import dataclass

from playwright.async_api import BrowserContext, Locator, Page, expect


@dataclass
class Desk:
    page: Page
    origin: str
    name: str
    id: str

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    async def open(self, path: str = "/?view=all") -> None:
        await self.page.goto(f"{self.origin}{path}")
        await expect(self.connection).to_contain_text("接続中")

    async def read(self, body: str) -> None:
        """Open the conversation whose last words are these, and wait for them."""
        await self.row(body).click()
        await expect(self.line(body)).to_be_visible()

    async def answers(self, body: str) -> None:
        await self.text.fill(body)
        await self.text.press("Enter")

    async def take_in(self) -> None:
        """A change so soon after words that came in is refused: nobody reads that fast."""
        await asyncio.sleep(0.8)

    async def resolve(self) -> None:
        await self.take_in()
        await self.press_resolve()

    async def press_resolve(self) -> None:
        await self.page.get_by_role("button", name="解決する").click()

    @property
    def connection(self) -> Locator:
        return self.page.locator("link-state").filter(visible=True)

    @property
    def banner(self) -> Locator:
        return self.page.locator("link-banner")

    @property
    def toast(self) -> Locator:
        return self.page.locator("toast-stack").get_by_role("status")

    @property
    def list(self) -> Locator:
        return self.page.get_by_role("region", name="会話の一覧")

    def row(self, body: str) -> Locator:
        words = self.page.get_by_text(body, exact=True)  # a part may stand in somebody else's row
        return self.list.get_by_role("listitem").filter(has=words).get_by_role("link")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def lines(self) -> Locator:
        return self.log.get_by_role("article")

    def line(self, body: str) -> Locator:
        return self.lines.filter(has_text=body)

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("form", name="メッセージの作成")

    @property
    def text(self) -> Locator:
        return self.composer.get_by_role("textbox")

    @property
    def pane(self) -> Locator:
        return self.page.get_by_role("complementary", name="お客様の情報")

    @property
    def now(self) -> Locator:
        """The page that the customer is on."""
        return self.pane.locator("section").filter(has_text="いま見ているページ")

    @property
    def pages(self) -> Locator:
        """The pages that the customer has seen, the newest first."""
        return self.pane.locator("section").filter(has_text="最近のページ")

    @property
    def header(self) -> Locator:
        return self.page.locator("thread-header")

    @property
    def status(self) -> Locator:
        return self.header.locator(".status")

    @property
    def assignee(self) -> Locator:
        return self.header.get_by_role("button", name="担当")

    @property
    def status_menu(self) -> Locator:
        return self.header.get_by_role("button", name="そのほかの操作")
