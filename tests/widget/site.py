"""A page of some site that talks to the widget's HTTP, as a browser lets it."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.cast import Guest

SHOP = "https://shop.example"
SALON = "https://salon.example"
OURS = "http://testserver"
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/141.0.0.0 Safari/537.36"
)


class Page:
    """Requests from one origin; with a guest, in their name. No cookies are ever kept."""

    def __init__(self, origin: str, guest: Guest | None = None) -> None:
        self.client = Client(enforce_csrf_checks=True, headers={"User-Agent": AGENT})
        self.headers = {"Origin": origin} if origin else {}
        if guest is not None:
            self.headers["Authorization"] = f"Bearer {guest.token}"

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/widget/v1/{path}", query, headers=self.headers)

    def post(self, path: str, body: Any, **options: Any) -> Any:
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return self.client.post(
            f"/widget/v1/{path}", text, content_type="text/plain", headers=self.headers, **options
        )

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/widget/v1/{path}", headers=self.headers)

    def upload(self, file: Any) -> Any:
        return self.client.post("/widget/v1/attachments", {"file": file}, headers=self.headers)

    def preflight(self, path: str) -> Any:
        asked = {**self.headers, "Access-Control-Request-Method": "POST"}
        return self.client.options(f"/widget/v1/{path}", headers=asked)


def may_be_read_by(response: HttpResponse, origin: str) -> bool:
    """Whether a browser hands the answer to a page of this origin."""
    return response.headers.get("Access-Control-Allow-Origin") == origin
