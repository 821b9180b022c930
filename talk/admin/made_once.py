"""Bearers of rights: made after the password was given again, then shown and revoked only."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

from customers.audit import Act
from talk.admin.audited import AuditedAdmin


class MadeOnceAdmin(AuditedAdmin):
    act = Act.KEY_CHANGED
    ordering = ("-created_at",)
    actions = ("revoke",)

    # What is made outlives the session, so a session that was left open must not make it.
    @method_decorator(reauthentication_required(app="talk"))
    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().add_view(request, *args, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is None and bool(super().has_change_permission(request))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # revoking keeps what is known of it
