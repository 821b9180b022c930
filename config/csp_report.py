"""Where browsers report what the Content-Security-Policy stopped."""

import json
import time
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from prometheus_client import Counter

logger = structlog.stdlib.get_logger("sobani.csp")
reports = Counter("sobani_csp_reports", "Reports of the Content-Security-Policy", ["directive"])

LARGEST_BYTES = 16 * 1024
LINES_PER_SECOND = 5  # anybody may post here: it must not fill the log
KNOWN = frozenset(
    {
        "base-uri", "connect-src", "default-src", "font-src", "form-action", "frame-ancestors",
        "frame-src", "img-src", "manifest-src", "media-src", "object-src",
        "require-trusted-types-for", "script-src", "script-src-attr", "script-src-elem",
        "style-src", "style-src-attr", "style-src-elem", "trusted-types", "worker-src",
    }
)  # fmt: skip


@csrf_exempt  # browsers send reports without our token; nothing is changed by one
@require_POST
def receive_report(request: HttpRequest) -> HttpResponse:
    """Count the report and log its directive: no address, no sample of the script."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BYTES:
        return HttpResponse(status=413)
    directive = _directive_of(request.body)
    reports.labels(directive).inc()
    if _may_log(time.monotonic()):
        logger.warning("csp_report", directive=directive)
    return HttpResponse(status=204)


def _directive_of(body: bytes) -> str:
    try:
        report: Any = json.loads(body)["csp-report"]
        words = str(report.get("effective-directive") or report["violated-directive"]).split()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "unreadable"
    return words[0] if words and words[0] in KNOWN else "other"


_window: list[float] = []


def _may_log(now: float) -> bool:
    _window[:] = [at for at in _window if now - at < 1]
    _window.append(now)
    return len(_window) <= LINES_PER_SECOND
