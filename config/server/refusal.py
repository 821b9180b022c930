"""Answers that the server gives in place of the application."""

from http import HTTPStatus

from config.server.asgi_types import Message, Scope, Send

Headers = list[tuple[bytes, bytes]]


def refusal_body(status: int) -> bytes:
    """Return the problem document of a status (RFC 9457), without any detail of ours."""
    title = HTTPStatus(status).phrase
    return f'{{"type":"about:blank","title":"{title}","status":{status}}}'.encode()


def refusal_headers(status: int, *, retry_seconds: int = 0) -> Headers:
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(refusal_body(status))).encode()),
        (b"connection", b"close"),
    ]
    return [*headers, (b"retry-after", str(retry_seconds).encode())] if retry_seconds else headers


async def refuse(scope: Scope, send: Send, status: int, *, retry_seconds: int = 0) -> None:
    """Answer a request or a websocket handshake with an HTTP error."""
    start, body = _messages(status, retry_seconds)
    if scope["type"] == "websocket":
        start["type"], body["type"] = (
            "websocket.http.response.start",
            "websocket.http.response.body",
        )
    await send(start)
    await send(body)


def _messages(status: int, retry_seconds: int) -> tuple[Message, Message]:
    headers = refusal_headers(status, retry_seconds=retry_seconds)
    return (
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": refusal_body(status), "more_body": False},
    )
