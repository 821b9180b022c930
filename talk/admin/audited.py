"""Administration whose changes stand in the audit: who may do what, and what opens doors."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from customers import audit
from customers.audit import Act, Who
from talk.models import Operator
from talk.policy import Actor, actor_of_operator


def actor_of(request: HttpRequest) -> Actor:
    operator = request.user
    assert isinstance(operator, Operator)  # noqa: S101  # the admin lets nobody else in
    return actor_of_operator(operator, ip=request.META.get("REMOTE_ADDR") or "")


def who_asks(request: HttpRequest) -> Who:
    return actor_of(request).who


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Each line of the admin's own history is an entry of the audit too, in one transaction."""

    act: Act

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        self._record(request, obj, message or "made")
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        self._record(request, obj, message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for obj in queryset:
            self._record(request, obj, "deleted")
        return super().log_deletions(request, queryset)

    @transaction.atomic
    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Actions are carried out here."""
        return super().changelist_view(request, *args, **kwargs)

    def what_of(self, obj: Any) -> dict[str, Any]:
        """Names of fields and ids only; what is secret has no place in it."""
        return {}

    def _record(self, request: HttpRequest, obj: Model, message: Any) -> None:
        what = {"id": str(obj.pk), "change": message, **self.what_of(obj)}
        audit.record(who_asks(request), self.act, what=what)
