"""How long what is kept, with what would go now."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers import retention
from customers.audit import Act
from customers.models import Retention
from talk.admin.audited import AuditedAdmin


@admin.register(Retention)
class RetentionAdmin(AuditedAdmin):
    """The dry run is the list itself: it counts and removes nothing."""

    act = Act.RETENTION_CHANGED
    list_display = ("label", "days", "in_force", "too_old")
    fields = ("days",)
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Retention]":
        """A row for each kind that there is a rule for."""
        Retention.objects.bulk_create(
            [Retention(kind=kind) for kind in retention.RULES], ignore_conflicts=True
        )
        return super().get_queryset(request).filter(kind__in=retention.RULES)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Retention | None = None) -> bool:
        return False

    def what_of(self, obj: Retention) -> dict[str, object]:
        return {"kind": obj.kind, "days": obj.days}

    @admin.display(description=_("kind"))
    def label(self, row: Retention) -> str:
        return str(retention.RULES[row.kind].label)

    @admin.display(description=_("in force (days)"))
    def in_force(self, row: Retention) -> str:
        days = retention.days_of(retention.RULES[row.kind])
        return str(_("for ever")) if days is None else str(days)

    @admin.display(description=_("would be removed now"))
    def too_old(self, row: Retention) -> int:
        return retention.due(retention.RULES[row.kind]).count
