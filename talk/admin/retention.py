"""How long what is kept, with what would go now."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers import retention
from customers.audit import Act
from customers.models import Retention
from talk.admin.audited import AuditedAdmin


class EveryKind(ChangeList):
    """Lists each kind that there is a rule for; a row is stored only once somebody has chosen."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        chosen = {row.kind: row for row in Retention.objects.all()}
        self.result_list = [chosen.get(kind) or Retention(kind=kind) for kind in retention.RULES]
        self.result_count = self.full_result_count = len(self.result_list)


@admin.register(Retention)
class RetentionAdmin(AuditedAdmin):
    """The dry run is the list itself: it counts and removes nothing.

    Where it would have to read much it says "at least"; `manage.py retention` counts all.
    """

    act = Act.RETENTION_CHANGED
    list_display = ("label", "days", "in_force", "too_old")
    fields = ("days",)
    sortable_by = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return EveryKind

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Retention | None:
        if object_id not in retention.RULES:
            return None
        return super().get_object(request, object_id, from_field) or Retention(kind=object_id)

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
    def too_old(self, row: Retention) -> str:
        count, is_more = retention.glance(retention.RULES[row.kind])
        return f"{count}+" if is_more else str(count)
