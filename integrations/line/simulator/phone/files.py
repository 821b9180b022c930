"""The page of the phones and its static files."""

from pathlib import Path

from integrations.line.simulator.dialogs import answer_page
from integrations.line.simulator.routing import Call
from integrations.line.simulator.web import Answer, Refused
from integrations.line.simulator.words import language

HERE = Path(__file__).resolve().parents[1]
STATIC = HERE / "static"
# Third-party code that set-up has bundled; the console's pages have the same.
VENDOR = HERE.parents[2] / "config" / "static" / "vendor"
VENDORED = ("lit.js",)
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


async def page(call: Call) -> Answer:
    """GET /line-simulator/."""
    body = (HERE / "pages" / "phone.html").read_text(encoding="utf-8")
    return answer_page(body.replace("[[language]]", language(call.request)), shows_media=True)


async def static(call: Call) -> Answer:
    """GET /line-simulator/static/…"""
    return _file("/".join(call.names.values()))


async def vendor(call: Call) -> Answer:
    """GET /line-simulator/static/vendor/{name}."""
    name = call.names["name"]
    if name not in VENDORED:
        raise Refused(404, "Not found")
    return _answer(VENDOR / name)


def _file(name: str) -> Answer:
    path = (STATIC / name).resolve()
    if not path.is_relative_to(STATIC) or path.suffix not in TYPES:
        raise Refused(404, "Not found")
    return _answer(path)


def _answer(path: Path) -> Answer:
    try:
        data = path.read_bytes()
    except OSError:
        raise Refused(404, "Not found") from None
    headers = {"cache-control": "no-cache", "x-content-type-options": "nosniff"}
    return Answer(200, data, {"content-type": TYPES[path.suffix], **headers})
