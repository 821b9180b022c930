"""Every error leaves as problem+json (RFC 9457), the same object as on the socket."""

from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from talk.errors import (
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    Throttled,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Unexpected,
)

logger = structlog.stdlib.get_logger("sobani.api")


class MethodNotAllowed(Problem):
    status = 405
    code = "method_not_allowed"
    title = "This address does not take that method"


class NotAcceptable(Problem):
    status = 406
    code = "not_acceptable"
    title = "Only JSON is spoken here"


class UnsupportedMedia(Problem):
    status = 415
    code = "unsupported_media_type"
    title = "This content type is not understood here"


class CsrfFailed(Forbidden):
    code = "csrf_failed"
    title = "The CSRF token is missing or wrong"


def answer_problem(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler."""
    set_rollback()
    problem = as_problem(error)
    body = problem.as_dict()
    if isinstance(problem, Unexpected):
        logger.error("unexpected", exc_info=error, ref=body["ref"])
    return problem_response(body, _headers_of(error, problem))


def problem_response(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    response = Response(body, status=body["status"], headers=headers)
    response.content_type = "application/problem+json"
    return response


def as_problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, exceptions.APIException):
        return _problem_of_drf(error)
    if isinstance(error, Http404):
        return NotFound()
    if isinstance(error, PermissionDenied):
        return Forbidden()
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if isinstance(error, (OperationalError, InterfaceError)):
        return Unavailable()
    if isinstance(error, DatabaseError):
        return Unexpected()
    return Unexpected()


def _problem_of_drf(error: exceptions.APIException) -> Problem:
    if isinstance(error, exceptions.ValidationError):
        return first_invalid(error.detail)
    if isinstance(error, exceptions.Throttled):
        return Throttled(retry_after=max(1, round(getattr(error, "wait", None) or 1)))
    if isinstance(error, exceptions.ParseError):
        return Problem("The body is not valid JSON")
    if isinstance(error, exceptions.PermissionDenied):
        return _problem_of_denial(error)
    for kind, problem in SAME_MEANING.items():
        if isinstance(error, kind):
            return problem()
    return Unexpected()


SAME_MEANING: dict[type[exceptions.APIException], type[Problem]] = {
    exceptions.NotAuthenticated: Unauthenticated,
    exceptions.AuthenticationFailed: Unauthenticated,
    exceptions.NotFound: NotFound,
    exceptions.MethodNotAllowed: MethodNotAllowed,
    exceptions.NotAcceptable: NotAcceptable,
    exceptions.UnsupportedMediaType: UnsupportedMedia,
}


def _problem_of_denial(error: exceptions.PermissionDenied) -> Problem:
    return CsrfFailed() if str(error.detail).startswith("CSRF") else Forbidden()


def first_invalid(detail: Any, field: str = "") -> Invalid:
    """Name the first bad field of a serializer's errors by its path, such as `ids.2`."""
    while isinstance(detail, (dict, list)):
        if isinstance(detail, list):
            detail = next(each for each in detail if each)
            continue
        name, detail = next((key, each) for key, each in detail.items() if each)
        field = f"{field}.{name}" if field else str(name)
    return Invalid(field, str(detail))


def _headers_of(error: Exception, problem: Problem) -> dict[str, str]:
    headers: dict[str, str] = {}
    challenge = getattr(error, "auth_header", None)
    if challenge:
        headers["WWW-Authenticate"] = challenge
    if isinstance(problem, Throttled):
        headers["Retry-After"] = str(problem.extra["retry_after"])
    return headers
