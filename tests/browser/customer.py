"""A customer in the demo shop, with the widget on its pages."""

from dataclasses import dataclass

from playwright.async_api import BrowserContext, FrameLocator, Locator, Page, expect


@dataclass(frozen=True)
class Words:
    """What the widget's controls are called in a language."""

    open: str
    chat: str
    write: str
    send: str
    attach: str


JA = Words("チャットを開く", "チャット", "メッセージを入力", "送信", "ファイルを添付")
EN = Words("Open chat", "Chat", "Write a message", "Send", "Attach files")


@dataclass
class Customer:
    page: Page
    origin: str
    words: Words = JA

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    async def visit(self, path: str = "/demo/") -> None:
        await self.page.goto(f"{self.origin}{path}")

    async def open_chat(self) -> None:
        await self.page.get_by_role("button", name=self.words.open).click()
        await expect(self.text).to_be_visible()

    async def says(self, body: str) -> None:
        """Write and press Enter, as most people do."""
        await self.text.fill(body)
        await self.text.press("Enter")

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("dialog", name=self.words.chat)

    @property
    def chat(self) -> FrameLocator:
        return self.panel.locator("iframe").content_frame

    @property
    def text(self) -> Locator:
        return self.chat.get_by_role("textbox", name=self.words.write)

    @property
    def log(self) -> Locator:
        return self.chat.get_by_role("log")

    @property
    def lines(self) -> Locator:
        return self.log.get_by_role("article")

    @property
    def status(self) -> Locator:
        """The line that tells of a lost connection."""
        return self.chat.get_by_role("status")

    def line(self, body: str) -> Locator:
        return self.lines.filter(has_text=body)
