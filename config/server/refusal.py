"""Answers that the server gives in place of the application."""

from collections.abc import Iterable
from http import HTTPStatus

from config.server.asgi_types import Message, Scope, Send
from config.server.headers import values_of

Headers = list[tuple[bytes, bytes]]
# To who has sent a form: it is theirs to mend, and going back keeps what was filled in.
# In both languages, as nobody has asked yet which is theirs.
PAGES = {
    413: """<!doctype html>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>413</title>
<h1 lang="ja">ファイルが大きすぎます</h1>
<p lang="ja">何も保存していません。ブラウザの「戻る」で戻り、小さいファイルを選んでください。</p>
<h1 lang="en">The file is too large</h1>
<p lang="en">Nothing was saved. Go back in your browser and choose a smaller file.</p>
""".encode()
}


def refusal_body(status: int, *, is_page: bool = False) -> bytes:
    """Return the problem document of a status (RFC 9457), without any detail of ours; or a page,
    where there is one for it.
    """
    if is_page and status in PAGES:
        return PAGES[status]
    title = HTTPStatus(status).phrase
    return f'{{"type":"about:blank","title":"{title}","status":{status}}}'.encode()


def refusal_headers(status: int, *, is_page: bool = False, retry_seconds: int = 0) -> Headers:
    is_html = is_page and status in PAGES
    headers = [
        (b"content-type", b"text/html" if is_html else b"application/problem+json"),
        (b"content-length", str(len(refusal_body(status, is_page=is_page))).encode()),
        (b"connection", b"close"),
    ]
    return [*headers, (b"retry-after", str(retry_seconds).encode())] if retry_seconds else headers


def wants_page(accepted: Iterable[str]) -> bool:
    """Whether a browser shows the answer to somebody, going by the values of `Accept`."""
    return any("text/html" in value for value in accepted)


async def refuse(scope: Scope, send: Send, status: int, *, retry_seconds: int = 0) -> None:
    """Answer a request or a websocket handshake with an HTTP error."""
    is_page = wants_page(values_of(scope["headers"], b"accept"))
    start, body = _messages(status, retry_seconds, is_page=is_page)
    if scope["type"] == "websocket":
        start["type"], body["type"] = (
            "websocket.http.response.start",
            "websocket.http.response.body",
        )
    await send(start)
    await send(body)


def _messages(status: int, retry_seconds: int, *, is_page: bool) -> tuple[Message, Message]:
    headers = refusal_headers(status, is_page=is_page, retry_seconds=retry_seconds)
    body = refusal_body(status, is_page=is_page)
    return (
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": body, "more_body": False},
    )
