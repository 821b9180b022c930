"""The OpenAPI document, and a page that shows it without asking anybody else's server."""

from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from talk.api.edge import Edge

MEDIA_TYPE = "application/vnd.oai.openapi+json"


@cache
def openapi() -> dict[str, Any]:
    """Return the document; it is the same for everybody and for as long as the process lives."""
    document: dict[str, Any] = SchemaGenerator().get_schema(  # type: ignore[no-untyped-call]  # has no types
        request=None, public=True
    )
    return document


class OpenApi(Edge):
    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(openapi(), content_type=MEDIA_TYPE)


@login_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html")
