"""A customer without a screen, who writes by the widget's own HTTP: quick, and any text at all."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2

from tests.site.site import Site


@dataclass(frozen=True)
class Correspondent:
    site: Site
    guest: dict[str, Any]

    @classmethod
    def of(cls, site: Site, cast: str) -> "Correspondent":
        """Return one more customer of the cast's shop."""
        return cls(site, site.hand.do("guest", cast=cast, inbox="shop"))

    def writes(self, body: str) -> str:
        """Send a message; return the conversation's id."""
        said = {"client_id": str(uuid4()), "body": body}
        answer = httpx2.post(
            self._url("messages"), json=said, headers=self._headers, trust_env=False
        )
        answer.raise_for_status()
        return str(answer.json()["conversation"]["id"])

    def reads(self) -> list[str]:
        """Return the texts that the customer's browser is given, in their order."""
        answer = httpx2.get(self._url("conversations"), headers=self._headers, trust_env=False)
        answer.raise_for_status()
        return [message["body"] for message in json.loads(answer.text)["messages"]]

    def looks_at(self, url: str, title: str) -> None:
        """See a page, as the tracker reports it."""
        profile_id = self.guest["profile_id"]
        self.site.hand.do("view_page", profile_id=profile_id, url=url, title=title)

    def _url(self, path: str) -> str:
        return self.site.place.http(f"/widget/v1/{path}")

    @property
    def _headers(self) -> dict[str, str]:
        token = self.guest["token"]
        return {"Authorization": f"Bearer {token}", "Origin": self.site.place.origin}
