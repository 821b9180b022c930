"""The edge that all of the widget's addresses share: who asks, from where, and how it is told.

No cookies are read, so a forged cross-site request carries nobody's rights; that is why these
views need no CSRF token. The origin check is a limit on abuse, not an authentication: a program
can send any Origin (a browser cannot).
"""

import logging
from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any, TypeVar

import msgspec
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from msgspec import Meta

from customers.cleaning import read_json
from customers.models import Profile
from talk.actions.access import digest, visitor_of
from talk.actions.devices import note_device
from talk.errors import (
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from talk.models import Inbox, VisitorToken
from talk.origins import is_among, is_console_origin, normalized
from talk.policy import Visitor
from talk.protocol import invalid
from talk.widget import limits

MOST_JSON_BYTES = 64 * 1024
PREFLIGHT_SECONDS = 600

log = logging.getLogger("sobani.widget")
T = TypeVar("T")
# As `talk.models.inboxes.new_public_id` makes them; PostgreSQL would choke on a NUL.
PublicId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,32}$")]


class MethodNotAllowed(Problem):
    status = 405
    code = "method_not_allowed"
    title = "This address does not take that method"


class Exchange:
    """One request of a widget, and what has been found out about the asker."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.origin = request.headers.get("Origin", "")
        self.token = _bearer(request)
        self.is_cors = False
        self._visitor: Visitor | None = None

    def json(self, shape: type[T]) -> T:
        """Return the body in its shape; raise `Invalid` naming the bad field, or `TooLarge`."""
        try:
            return msgspec.json.decode(self._body(), type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise invalid(error) from None

    def lenient_json(self, shape: type[T]) -> T:
        """Like `json`, for what pages say: half an emoji must not cost the rest of the batch."""
        try:
            return msgspec.convert(read_json(self._body()), shape)
        except (msgspec.ValidationError, ValueError, RecursionError) as error:
            raise invalid(error) from None

    def inbox(self, public_id: PublicId) -> Inbox:
        """Return the open web inbox; the asking site must be on its list."""
        inbox = _web_inboxes().filter(public_id=public_id).first()
        if inbox is None:
            raise NotFound
        if not is_among(self.origin, inbox.allowed_origins):
            raise Forbidden("This site may not use this inbox")
        self.is_cors = True
        return inbox

    def opts_out(self, inbox: Inbox) -> bool:
        """Whether the browser asks not to be tracked (Global Privacy Control), and that counts."""
        return inbox.honours_gpc and self.request.headers.get("Sec-GPC") == "1"

    def visitor_of(self, inbox: Inbox, token: str) -> Visitor:
        """Return whom a token of this inbox stands for; raise `Unauthenticated` for no such one."""
        found = self._find(token)
        if found.inbox_id != inbox.id:
            raise Unauthenticated("This token is not valid here")
        self._note_device(found)
        return visitor_of(found.profile, found.inbox_id)

    @cached_property
    def bearer(self) -> tuple[Visitor, Inbox]:
        """Whom the Authorization header stands for, asking from the frame or from their site."""
        found = self._find(self.token)
        inbox = found.inbox
        if self.origin and not self._is_ours():
            if not is_among(self.origin, inbox.allowed_origins):
                raise Forbidden("This site may not use this inbox")
            self.is_cors = True
        self._note_device(found)
        self._visitor = visitor_of(found.profile, found.inbox_id)
        limits.require_left(limits.MISSES, "misses", self._visitor.profile_id.hex)
        return self._visitor, inbox

    def note_miss(self) -> None:
        """Count what a visitor named and has not: honest widgets do not guess ids."""
        if self._visitor is not None:
            limits.spend(limits.MISSES, "misses", self._visitor.profile_id.hex)

    def _find(self, token: str) -> VisitorToken:
        found = (
            VisitorToken.objects.select_related("inbox", "profile")
            .filter(token_hash=digest(token[:128]), revoked_at=None, inbox__is_active=True)
            .first()
        )
        if found is None:
            raise Unauthenticated("This token is not valid here")
        return found

    def _note_device(self, found: VisitorToken) -> None:
        note_device(found, self.request.headers.get("User-Agent", ""))

    def _is_ours(self) -> bool:
        """Whether the widget's own frame asks."""
        here = f"{self.request.scheme}://{self.request.get_host()}"
        return is_console_origin(self.origin) or normalized(self.origin) == normalized(here)

    def _body(self) -> bytes:
        if int(self.request.META.get("CONTENT_LENGTH") or 0) > MOST_JSON_BYTES:
            raise TooLarge("At most 64 KiB")
        try:
            body = self.request.read(MOST_JSON_BYTES + 1)
        except RawPostDataException:  # a form was read before
            raise Invalid("body", "The body is not JSON") from None
        if len(body) > MOST_JSON_BYTES:
            raise TooLarge("At most 64 KiB")
        return body


View = Callable[..., Any]


def endpoint(**views: View) -> Callable[..., HttpResponseBase]:
    """Make a Django view of `(exchange, …) -> struct | response`, one for each method.

    Answers preflights, and shapes every error as problem+json.
    """

    @csrf_exempt
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return _preflight(request, ", ".join(views))
        exchange = Exchange(request)
        try:
            if request.method not in views:
                raise MethodNotAllowed  # one way out for every refusal
            response = _response(views[request.method](exchange, *args, **kwargs))
        except Problem as problem:
            response = _refusal(exchange, problem)
        except Profile.DoesNotExist:  # erased since the token was looked at
            response = _refusal(exchange, Unauthenticated("This token is not valid here"))
        except (OperationalError, InterfaceError):
            log.warning("storage does not answer")
            response = _refusal(exchange, Unavailable())
        return _with_cors(exchange, response)

    answer.methods = tuple(views)  # type: ignore[attr-defined]  # for who lists the routes
    return answer


def _response(result: Any) -> HttpResponseBase:
    if isinstance(result, HttpResponseBase):
        return result
    response = HttpResponse(msgspec.json.encode(result), content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


def _refusal(exchange: Exchange, problem: Problem) -> HttpResponseBase:
    if problem.is_miss:
        try:
            exchange.note_miss()
        except Problem as throttled:
            problem = throttled
    body = msgspec.json.encode(problem.as_dict())
    response = HttpResponse(body, status=problem.status, content_type="application/problem+json")
    response["Cache-Control"] = "no-store"
    if "retry_after" in problem.extra:
        response["Retry-After"] = str(problem.extra["retry_after"])
    return response


def _preflight(request: HttpRequest, methods: str) -> HttpResponse:
    """Answer for a site of any inbox: which one it is, only the request itself says."""
    origin = request.headers.get("Origin", "")
    response = HttpResponse(status=204)
    response["Vary"] = "Origin"
    lists = _web_inboxes().values_list("allowed_origins", flat=True)
    if not any(is_among(origin, allowed) for allowed in lists):
        response.status_code = 403
        return response
    response["Access-Control-Allow-Origin"] = origin
    response["Access-Control-Allow-Methods"] = methods
    response["Access-Control-Allow-Headers"] = "authorization, content-type"
    response["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response


def _with_cors(exchange: Exchange, response: HttpResponseBase) -> HttpResponseBase:
    response["Vary"] = "Origin"
    if exchange.is_cors:
        response["Access-Control-Allow-Origin"] = exchange.origin
        response["Access-Control-Expose-Headers"] = "Retry-After, X-Request-ID"
    return response


def _web_inboxes() -> QuerySet[Inbox]:
    return Inbox.objects.filter(kind=Inbox.Kind.WEB, is_active=True)


def _bearer(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
