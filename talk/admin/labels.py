"""The closed list of labels; and what operators keep about customers, to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from customers.audit import Act
from talk.admin.audited import AuditedAdmin
from talk.models import Label


@admin.register(Label)
class LabelAdmin(AuditedAdmin):
    """Labels are archived, not deleted: what they were put on keeps them."""

    act = Act.LABELS_CHANGED
    fields = ("name", "color", "description", "position", "is_archived")
    list_display = ("name", "shown_color", "description", "position", "is_archived")
    list_editable = ("position", "is_archived")
    list_filter = ("is_archived",)
    search_fields = ("name", "description")

    @admin.display(description=_("colour"), ordering="color")
    def shown_color(self, label: Label) -> SafeString:
        return format_html(
            '<span class="label-dot label-{}"></span> {}', label.color, label.get_color_display()
        )

    def has_delete_permission(self, request: HttpRequest, obj: Label | None = None) -> bool:
        return False

    def what_of(self, obj: Label) -> dict[str, Any]:
        return {"label": obj.name}
