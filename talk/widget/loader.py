"""`/widget.js`: the one file that a site's tag loads, the same for every inbox."""

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
    loader = _loader()
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


def _loader() -> Loader:
    global _served  # one build is read once a process
    path = finders.find(BUILT)
    if path is None:
        raise ImproperlyConfigured(f"{BUILT} is not built: `make run` does it")
    changed_at = Path(path).stat().st_mtime
    if _served is None or _served.changed_at != changed_at:
        _served = _read(Path(path), changed_at)
    return _served


_served: Loader | None = None


def _read(path: Path, changed_at: float) -> Loader:
    text = path.read_bytes()
    etag = f'W/"{hashlib.sha256(text).hexdigest()[:20]}"'
    return Loader(text, gzip.compress(text, 9, mtime=0), etag, changed_at)
