"""What every view of the API shares: who asks, and what is counted."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from talk.api.problems import as_problem
from talk.api.throttling import note_miss
from talk.models import ApiToken, Operator
from talk.policy import Actor, actor_of_operator


class Edge(APIView):
    """A view whose asker is `self.actor`."""

    actor: Actor

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.actor = actor_of(request)

    def handle_exception(self, exc: Exception) -> Response:
        if as_problem(exc).is_miss and hasattr(self, "actor"):
            note_miss(self.request)
        return super().handle_exception(exc)


def actor_of(request: Request) -> Actor:
    operator = request.user
    assert isinstance(operator, Operator)  # noqa: S101 - IsAuthenticated saw to it
    ip = request.META.get("REMOTE_ADDR") or ""
    if isinstance(request.auth, ApiToken):
        return actor_of_operator(operator, scopes=frozenset(request.auth.scopes), ip=ip)
    return actor_of_operator(operator, ip=ip)
