"""Other people's sites: real pages on other loopback ports."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Elsewhere:
    """A site of fixed pages; set them in `pages`, by path."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.pages: dict[str, str] = {}

    def policy(self, origin: str) -> str:
        """Return what the docs tell a strict site to allow for the widget of `origin`."""
        return (
            f"default-src 'none'; script-src {origin}; connect-src {origin}; frame-src *;"
            " base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
        )


@contextmanager
def elsewhere(chat_origin: str) -> Iterator[Elsewhere]:
    """Serve a site that lets the widget of `chat_origin` in, on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = place.pages.get(self.path)
            self.send_response(200 if page is not None else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", place.policy(chat_origin))
            self.end_headers()
            self.wfile.write((page or "").encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: a test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    place = Elsewhere(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield place
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def widget_page(chat_origin: str, inbox: str) -> str:
    tag = f'<script async src="{chat_origin}/widget.js" data-inbox="{inbox}"></script>'
    return f'<!doctype html><html lang="ja"><title>よその店</title>{tag}<h1>よその店</h1>'
