"""An operator whose screen is behind: what the server tells them does not come through."""

from playwright.async_api import WebSocketRoute

from tests.browser.desk import Desk


class Stale:
    """`await Stale.at(desk)` before the desk opens; from `behind = True` on no news reaches it."""

    behind = False

    @classmethod
    async def at(cls, desk: Desk) -> "Stale":
        stale = cls()
        await desk.page.route_web_socket("**/ws/console", stale._connect)
        return stale

    def _connect(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()

        def pass_on(frame: str | bytes) -> None:
            text = frame if isinstance(frame, str) else frame.decode()
            if not (self.behind and '"type":"event"' in text.replace('": "', '":"')):
                page.send(frame)

        server.on_message(pass_on)
