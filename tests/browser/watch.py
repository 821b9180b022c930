"""What no page of ours may ever do: break its policy, run a stranger's script, fail silently."""

from collections import deque
from dataclasses import dataclass, field
from functools import partial

from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    WebError,
    WebSocket,
)

# Hostile texts call `__pwned`; the policy's own event tells more than its report does.
LISTENER = """
addEventListener("securitypolicyviolation", (event) => {
  const { effectiveDirective, blockedURI, sample, documentURI } = event;
  globalThis.__complain?.(`${effectiveDirective} ${blockedURI} ${sample} in ${documentURI}`);
});
"""
LOST_NETWORK = ("net::ERR_", "WebSocket connection to")
# How a console finds out whether its session is over, or only its rights are others.
ENDED_SESSION = ("401 (Unauthorized)", "/api/v1/socket-ticket")
KEPT_FRAMES, KEPT_CHARACTERS = 200, 300


@dataclass
class Watch:
    """Hears every page and frame of the contexts that it was given.

    `violations` are of the Content-Security-Policy, `runs` are scripts of strangers, `errors` is
    everything else in a browser's console that is red. `traffic` is what the newest frames of all
    sockets were, for somebody who asks why a test failed.
    """

    violations: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    traffic: deque[str] = field(default_factory=partial(deque, maxlen=KEPT_FRAMES))

    async def over(self, context: BrowserContext) -> None:
        await context.expose_binding("__complain", lambda _, text: self.violations.append(text))
        await context.expose_binding("__pwned", lambda source, *_: self.runs.append(str(source)))
        await context.add_init_script(LISTENER)
        context.on("dialog", self._dialog)
        context.on("console", self._line)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("page", self._page)

    def complaints(self) -> list[str]:
        """Return all that was heard; an empty list is what every test ends with."""
        return [*self.violations, *self.runs, *self.errors]

    def forget(self) -> None:
        for heard in (self.violations, self.runs, self.errors):
            heard.clear()

    def _page(self, page: Page) -> None:
        page.on("websocket", self._socket)

    def _socket(self, socket: WebSocket) -> None:
        who = f"{socket.url.rpartition('/')[2]}-{id(socket) % 1000}"

        def note(what: str, frame: str | bytes = "") -> None:
            self.traffic.append(f"{who} {what} {frame!s}"[:KEPT_CHARACTERS])

        note("opens")
        socket.on("framesent", partial(note, ">"))
        socket.on("framereceived", partial(note, "<"))
        socket.on("close", lambda _: note("closed"))

    async def _dialog(self, dialog: Dialog) -> None:
        self.runs.append(f"dialog: {dialog.message}")
        await dialog.dismiss()

    def _line(self, line: ConsoleMessage) -> None:
        is_lost = any(part in line.text for part in LOST_NETWORK)
        refusal, ticket = ENDED_SESSION
        is_over = refusal in line.text and line.location["url"].endswith(ticket)
        if line.type == "error" and not is_lost and not is_over:
            self.errors.append(f"{line.text} ({line.location['url']})")

    def _error(self, error: WebError) -> None:
        self.errors.append(str(error.error))

    def _request(self, request: Request) -> None:
        if request.url.endswith("/csp-report"):
            self.violations.append(f"report: {request.post_data}")
