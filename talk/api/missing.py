"""Addresses under /api/ that do not exist."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from talk.api.edge import Edge
from talk.errors import NotFound


@extend_schema(exclude=True)
class Missing(Edge):
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise NotFound

    post = put = patch = delete = get
