"""Who acts in the admin, as the rest of the house knows them."""

from django.http import HttpRequest

from customers.audit import Who
from talk.models import Operator
from talk.policy import Actor, actor_of_operator


def actor_of(request: HttpRequest) -> Actor:
    operator = request.user
    assert isinstance(operator, Operator)  # noqa: S101 - the admin lets in nobody else
    return actor_of_operator(operator, ip=request.META.get("REMOTE_ADDR") or "")


def who_asks(request: HttpRequest) -> Who:
    return actor_of(request).who
