"""A real websocket to the running server: opened, greeted wrongly, refused by the right code."""

import base64
import json
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from config.doctor.finding import Finding, broken, good

ANSWER_SECONDS = 8
"""The server waits 5 s for a hello."""
AUTH_NEEDED = 4001
CLOSE, TEXT = 0x8, 0x1


def examine_sockets() -> Iterator[Finding]:
    yield _socket(_("Sockets"))


def _socket(part: str) -> Finding:
    address = {"host": settings.HOST, "port": settings.PORT}
    try:
        answer = _knock(_reachable_host(), settings.PORT)
    except OSError as error:
        return broken(
            part,
            _("No web server at %(host)s:%(port)d: %(reason)s") % {**address, "reason": error},
            _("Start Sobani (`make run`), or correct HOST and PORT."),
        )
    if answer == AUTH_NEEDED:
        return good(part, _("A websocket opens, and strangers are refused."))
    return broken(
        part,
        _("A websocket gets the answer %(answer)s.") % {"answer": answer},
        _("Compare PUBLIC_URL with the browser's address, and look at the log of the web server."),
    )


def _reachable_host() -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)  # noqa: S104


def _knock(host: str, port: int) -> int | str:
    """Return the code that the server closed with, or its HTTP status line if it opened nothing."""
    with socket.create_connection((host, port), timeout=ANSWER_SECONDS) as opened:
        opened.sendall(_handshake())
        stream = opened.makefile("rb")
        status = stream.readline().decode("latin-1").strip()
        if " 101 " not in f"{status} ":
            return status or "nothing"
        while stream.readline().strip():
            pass  # the rest of the headers
        opened.sendall(_frame(json.dumps({"type": "hello", "protocol": 1, "ticket": ""}).encode()))
        with suppress(TimeoutError):
            while header := stream.read(2):
                body = stream.read(header[1] & 0x7F)
                if header[0] & 0x0F == CLOSE:
                    return int(struct.unpack("!H", body[:2])[0]) if body else 1005
    return _("silence")


def _handshake() -> bytes:
    public = urlsplit(settings.PUBLIC_URL)
    lines = (
        "GET /ws/console HTTP/1.1",
        f"Host: {public.netloc}",
        f"Origin: {public.scheme}://{public.netloc}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _frame(text: bytes) -> bytes:
    """Return a masked frame of at most 125 bytes (RFC 6455, 5.2)."""
    mask = os.urandom(4)
    hidden = bytes(byte ^ mask[at % 4] for at, byte in enumerate(text))
    return bytes((0x80 | TEXT, 0x80 | len(text))) + mask + hidden
