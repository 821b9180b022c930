"""The address that LINE calls: signature, rows, COMMIT, then 200. Nothing is handled here.

LINE takes an answer after two seconds for none, and what got its 200 never comes again.
"""

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.line import queries, wire
from integrations.line.actions import health, storing
from integrations.line.metrics import webhooks
from integrations.line.secrets import live_secrets
from integrations.line.signature import is_signed

LARGEST_BYTES = 1024 * 1024
log = structlog.stdlib.get_logger("sobani.line")


class Rejected(Exception):
    """What is answered instead of 200; `outcome` is for metrics and the log."""

    def __init__(self, status: int, outcome: str) -> None:
        super().__init__(outcome)
        self.status = status
        self.outcome = outcome


@csrf_exempt  # it is signed instead
@require_POST
def receive_webhook(request: HttpRequest, public_id: str) -> HttpResponse:
    """Answer 200 only for what is committed; 503 where LINE may try again."""
    try:
        _receive(request, public_id)
    except Rejected as error:
        return _answer(error.status, error.outcome, public_id)
    except (OperationalError, InterfaceError):
        return _answer(503, "unavailable", public_id)
    return _answer(200, "stored", public_id)


def _receive(request: HttpRequest, public_id: str) -> None:
    body = _body_of(request)
    channel = queries.channel_by_public_id(public_id)
    if channel is None:
        raise Rejected(404, "unknown")
    signature = request.headers.get("x-line-signature", "")
    if not is_signed(body, signature, live_secrets(channel)):
        health.note_error(channel.pk, "bad_signature")
        raise Rejected(401, "bad_signature")
    try:
        webhook = wire.read_webhook(body)
    except wire.Malformed:
        raise Rejected(400, "malformed") from None
    if webhook.destination != channel.bot_user_id:
        health.note_error(channel.pk, "wrong_destination")
        raise Rejected(400, "wrong_destination")
    storing.store(channel.pk, [wire.read_event(event) for event in webhook.events])


def _body_of(request: HttpRequest) -> bytes:
    """Return the bytes as they came. The server itself reads no more than these (`limits`)."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BYTES:
        raise Rejected(413, "too_large")
    try:
        body = request.body
    except UnreadablePostError:
        raise Rejected(400, "malformed") from None
    if len(body) > LARGEST_BYTES:
        raise Rejected(413, "too_large")
    return body


def _answer(status: int, outcome: str, public_id: str) -> HttpResponse:
    webhooks.labels(outcome).inc()
    if status != 200:
        log.info("line_webhook_refused", inbox=public_id, outcome=outcome)
    return JsonResponse({}, status=status)
