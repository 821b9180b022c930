"""`Idempotency-Key`: a POST that is repeated with the same key is carried out once.

The key is written in the transaction of what it guards, so both are kept or neither is. Only
success is remembered, for 48 hours (`talk.tasks.forget_expired`); the same key with another body
is a mistake of the client.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

import msgspec
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.functions import Now
from rest_framework.request import Request
from rest_framework.response import Response

from talk.api.edge import Edge
from talk.errors import Conflict, Invalid
from talk.models import IdempotencyKey

HEADER = "Idempotency-Key"
KEEP = timedelta(hours=48)
LONGEST_KEY = 255

Post = Callable[..., Response]


class KeyReused(Conflict):
    code = "idempotency_key_reused"
    title = "This Idempotency-Key was used for another request"


def repeatable(post: Post) -> Post:
    """Let a client repeat this POST safely by an Idempotency-Key."""

    @wraps(post)
    def once(self: Edge, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = _key(request)
        if key is None:
            return post(self, request, *args, **kwargs)
        with transaction.atomic():
            row, is_first = _claim(self, key, fingerprint(request))
            if not is_first:
                return _replay(row)
            response = post(self, request, *args, **kwargs)
            _remember(row, response)
            return response

    return once


def repeatable_in_parts(post: Post) -> Post:
    """The same for a POST whose parts are each harmless to repeat, in a transaction of its own.

    Nothing is locked from its beginning to its end. Who comes again while it is under way, or after
    it broke off, has it carried out once more, and is answered by themselves.
    """

    @wraps(post)
    def once(self: Edge, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = _key(request)
        if key is None:
            return post(self, request, *args, **kwargs)
        with transaction.atomic():
            row, _ = _claim(self, key, fingerprint(request))
        if row.status:
            return _replay(row)
        try:
            response = post(self, request, *args, **kwargs)
        except Exception:
            IdempotencyKey.objects.filter(pk=row.pk, status=0).delete()
            raise
        _remember(row, response)
        return response

    return once


def _key(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    if key is not None and not 1 <= len(key) <= LONGEST_KEY:
        raise Invalid(HEADER, f"A key has 1 to {LONGEST_KEY} characters")
    return key


def fingerprint(request: Request) -> bytes:
    """Hash what makes two requests the same: method, path and what was sent."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.FILES:
        _hash_form(digest, request)
    else:
        digest.update(msgspec.json.encode(request.data, order="sorted"))
    return digest.digest()


def _hash_form(digest: Any, request: Request) -> None:
    # The boundary differs from try to try, so the parts are hashed and not the body.
    for name, values in sorted(request.POST.lists()):
        digest.update(msgspec.json.encode([name, values]))
    for name, file in sorted(request.FILES.items()):
        assert isinstance(file, UploadedFile)  # noqa: S101 - what FILES holds
        digest.update(msgspec.json.encode([name, file.name, file.size]))
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)


def _claim(view: Edge, key: str, request_hash: bytes) -> tuple[IdempotencyKey, bool]:
    """Insert the key; a twin that is under way is waited for (unique index)."""
    own = {"operator_id": view.actor.operator_id, "key": key}
    IdempotencyKey.objects.filter(**own, created_at__lt=Now() - KEEP).delete()
    row, is_first = IdempotencyKey.objects.get_or_create(
        **own, defaults={"request_hash": request_hash, "status": 0}
    )
    if bytes(row.request_hash) != request_hash:
        raise KeyReused
    return row, is_first


def _replay(row: IdempotencyKey) -> Response:
    # As text, for jsonb would put the names into another order.
    body = msgspec.json.decode(row.body) if isinstance(row.body, str) else row.body
    return Response(body, status=row.status, headers={"Idempotency-Replayed": "true"})


def _remember(row: IdempotencyKey, response: Response) -> None:
    row.status = response.status_code
    row.body = msgspec.json.encode(response.data).decode()
    row.save(update_fields=["status", "body"])
