"""`/widget.js`, the one file that a site's tag loads, and what few of its pages need besides.

Both are the same for every inbox.
"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

BUILT = "vendor/widget.js"
"""Written at set-up from `talk/static/widget/loader.js` (`config/vendor/bundle.mjs`)."""
MORE = "vendor/widget-more.js"
"""From `talk/static/widget/more.js`."""
CACHE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Loader:
    """The text as it is served. `changed_at` is the file's, to notice a new build."""

    text: bytes
    packed: bytes
    etag: str
    changed_at: float


@require_safe
def serve_loader(request: HttpRequest) -> HttpResponse:
    """Answer with what a page of any site may load: there is nothing of a visitor in it."""
    return _serve(request, BUILT)


@require_safe
def serve_more(request: HttpRequest) -> HttpResponse:
    """The loader imports it; of a module from another site a browser asks for this header."""
    response = _serve(request, MORE)
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _serve(request: HttpRequest, built: str) -> HttpResponse:
    loader = _loader(built)
    if loader.etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(loader.packed, content_type="text/javascript; charset=utf-8")
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(loader.text, content_type="text/javascript; charset=utf-8")
    response["ETag"] = loader.etag
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _loader(built: str) -> Loader:
    path = finders.find(built)
    if path is None:
        raise ImproperlyConfigured(f"{built} is not built: `make run` does it")
    changed_at = Path(path).stat().st_mtime
    known = _served.get(built)
    if known is None or known.changed_at != changed_at:
        known = _served[built] = _read(Path(path), changed_at)
    return known


_served: dict[str, Loader] = {}
"""One build is read once a process."""


def _read(path: Path, changed_at: float) -> Loader:
    text = path.read_bytes()
    etag = f'W/"{hashlib.sha256(text).hexdigest()[:20]}"'
    return Loader(text, gzip.compress(text, 9, mtime=0), etag, changed_at)
