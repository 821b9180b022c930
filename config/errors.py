"""What is answered when nothing else could answer: what was raised outside of every view."""

import sys

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from talk.errors import Unavailable, Unexpected

FOR_PROGRAMS = ("/api/", "/widget/v1/")
log = structlog.stdlib.get_logger("config.errors")


def failed(request: HttpRequest) -> HttpResponse:
    """Shape what was raised: no answer of the database is no mistake of ours, and may be retried.

    Sessions are looked at before any view: without this a database that is away, or whose
    connections are all in use, made every request of who is logged in a mistake.
    """
    is_away = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    problem = Unavailable() if is_away else Unexpected()
    body = problem.as_dict()
    log.error(problem.code, ref=body["ref"])  # Django logs the traceback under the request's id
    if request.path.startswith(FOR_PROGRAMS):
        kind = "application/problem+json"
        return JsonResponse(body, status=problem.status, content_type=kind)
    return HttpResponse(render_to_string("500.html"), status=problem.status)
