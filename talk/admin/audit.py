"""The audit: looked through, never changed."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers import audit
from customers.models import AuditEntry
from talk.admin.read_only import ReadOnlyAdmin


class ActFilter(admin.SimpleListFilter):
    title = _("act")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return list(audit.LABELS.items())

    def queryset(self, request: HttpRequest, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return entries.filter(action=self.value()) if self.value() else entries


class ActorFilter(admin.SimpleListFilter):
    title = _("kind of actor")
    parameter_name = "actor_kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return list(audit.KINDS.items())

    def queryset(self, request: HttpRequest, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return entries.filter(actor_kind=self.value()) if self.value() else entries


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """A customer's id finds all that was done to them, or to whom they were joined with."""

    list_display = ("at", "act", "actor_name", "ip", "customer_id", "what", "reason")
    list_filter = (ActFilter, ActorFilter)
    date_hierarchy = "at"
    search_fields = ("actor_name", "reason")
    search_help_text = _("A customer's or operator's id, a name or a reason")
    show_facets = admin.ShowFacets.NEVER

    @admin.display(description=_("act"), ordering="action")
    def act(self, entry: AuditEntry) -> str:
        return str(audit.LABELS.get(entry.action, entry.action))  # type: ignore[call-overload]

    def get_search_results(
        self, request: HttpRequest, entries: QuerySet[AuditEntry], term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        id = _uuid(term)
        if id is None:
            return super().get_search_results(request, entries, term)
        about = audit.entries_about(id).values("id")
        return entries.filter(id__in=about) | entries.filter(actor_id=id), False


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
