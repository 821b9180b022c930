"""An official account of the simulated platform, as a test holds it."""

import json
import secrets
from typing import Any

import httpx2

from tests.integrations.line.phone import Group, Phone

Row = dict[str, Any]


class OfficialAccount:
    def __init__(self, http: httpx2.Client, row: Row) -> None:
        self.http = http
        self.channel_id: str = row["channel_id"]
        self.secret: str = row["secret"]
        self.bot_user_id: str = row["bot_user_id"]
        self.basic_id: str = row["basic_id"]
        self.provider: str = row["provider"]

    # Who talks with it

    def phone(self, name: str = "葵", *, key: str = "", **given: Any) -> Phone:
        """Somebody new with a phone; `has_profile=False` hides who they are."""
        key = key or f"p{secrets.token_hex(6)}"
        self._plain("POST", "/line-simulator/api/people", {"key": key, "name": name, **given})
        return Phone(self, key, name)

    def group(self, name: str, *phones: Phone, kind: str = "group") -> Group:
        """A group of these people into which the account was just invited."""
        asked = {"name": name, "members": [phone.key for phone in phones], "kind": kind}
        return Group(self, self.call("POST", "groups", asked)["id"], [*phones])

    # What a test turns

    def turn(self, **values: Any) -> Row:
        """Change it: webhook={"url": …}, quota={"used": 200}, mode="standby", chat_mode="bot" …"""
        return self._row("POST", "turn", values)

    def move_clock(self, seconds: float) -> None:
        """Let the platform's time for this account be so far from the real one (0: as it is)."""
        self.turn(clock={"moved_seconds": seconds})

    def fault(self, path: str, kind: str, *, times: int = 1, **more: Any) -> None:
        """Let the next calls (`path` begins as "POST /v2/bot/message/push") go wrong.

        Kinds: `integrations.line.simulator.faults.KINDS`; `seconds` for delay and hang, `status`
        and `message` for errors; garbage is 200 with what is no JSON.
        """
        self.call("POST", "faults", {"path": path, "kind": kind, "times": times, **more})

    def clear_faults(self) -> None:
        self.call("DELETE", "faults")

    def revoke_tokens(self) -> None:
        self.call("POST", "tokens/revoke", {})

    def hold(self) -> None:
        """Keep events back until `release`."""
        self.turn(webhook={"is_held": True})

    def held(self) -> list[str]:
        """Ids of the events that are kept back, oldest first."""
        return list(self.call("GET", "held"))

    def release(self, *batches: list[str]) -> list[Row]:
        """Send webhooks of these event ids, in this order; without any: each by itself."""
        return list(self.call("POST", "release", {"batches": [*batches] or None}))

    # What it has seen

    def calls(self, path: str = "") -> list[Row]:
        """Calls of our client whose "METHOD /path" begins so; bodies are text."""
        made = self.call("GET", "calls")
        return [one for one in made if f"{one['method']} {one['path']}".startswith(path)]

    def replies(self) -> list[Row]:
        """The bodies of all reply calls, whatever was answered."""
        return self._bodies("POST /v2/bot/message/reply")

    def pushes(self) -> list[Row]:
        return self._bodies("POST /v2/bot/message/push")

    def deliveries(self) -> list[Row]:
        """Webhooks that were sent: status (0: no answer), body, event_ids, reason."""
        return list(self.call("GET", "deliveries"))

    @property
    def quota_used(self) -> int:
        return int(self.row["quota"]["used"])

    @property
    def row(self) -> Row:
        return self._row("GET", "")

    def token(self) -> str:
        """A token to call the platform with, past our own client."""
        return str(self.call("POST", "tokens", {})["access_token"])

    def api(self, method: str, path: str, body: object = None, **headers: str) -> httpx2.Response:
        """Call the platform itself as this channel."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"authorization": f"Bearer {self.token()}", **named}
        return self.http.request(method, path, json=body, headers=given)

    def call(self, method: str, path: str, body: object = None) -> Any:
        where = f"/line-simulator/api/accounts/{self.channel_id}"
        return self._plain(method, f"{where}/{path}" if path else where, body)

    def _row(self, method: str, path: str, body: object = None) -> Row:
        return dict(self.call(method, path, body))

    def _bodies(self, path: str) -> list[Row]:
        return [json.loads(one["body"]) for one in self.calls(path)]

    def _plain(self, method: str, path: str, body: object = None) -> Any:
        answer = self.http.request(method, path, json=body)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.json()
