"""An official account that is connected to an inbox of the running site."""

from typing import Any

from integrations.line.signature import sign
from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.edges import Event, body_of
from tests.integrations.line.house import House, until

Row = dict[str, Any]


class Official:
    """Posts to the inbox's webhook as LINE does, and looks at what came of it."""

    def __init__(self, house: House, account: OfficialAccount, cast: str, **policies: Any) -> None:
        self.house, self.account = house, account
        row = account.row
        known = {name: row[name] for name in ("channel_id", "secret", "bot_user_id")}
        self.inbox: dict[str, str] = house.do("connect", cast=cast, account=known, **policies)
        self.path = f"/integrations/line/{self.inbox['public_id']}/webhook"
        self.url = house.site.webs.origin + self.path
        account.turn(webhook={"url": self.url})

    def post(self, body: bytes, signature: str | None = None, **headers: str) -> int:
        """Send bytes, signed as LINE would unless a signature is given; return the status."""
        signed = sign(self.account.secret, body) if signature is None else signature
        given = {"x-line-signature": signed.encode(), "content-type": "application/json"}
        return self.house.http.post(
            self.url, content=body, headers={**given, **headers}
        ).status_code

    def tell(self, *events: Event) -> None:
        """Send a webhook, and wait until all of it is handled."""
        assert self.post(body_of(self.account.bot_user_id, *events)) == 200
        self.settle()

    def settle(self) -> None:
        until(lambda: not self.do("pending"), "the end of all events")

    def hurry(self) -> None:
        """Let nothing wait for its time, until nothing waits."""

        def is_over() -> bool:
            self.do("hurry")
            self.house.do("sweep")
            return not self.do("pending")

        until(is_over, "the end of all events")

    def do(self, task: str, **values: Any) -> Any:
        return self.house.do(task, inbox=self.inbox["id"], **values)

    @property
    def messages(self) -> list[Row]:
        return list(self.do("messages"))

    @property
    def bodies(self) -> list[str]:
        return [row["body"] for row in self.messages]

    @property
    def said(self) -> list[Row]:
        """The data of all messages."""
        return [row["data"] for row in self.messages]
