"""Which data is personal or secret, and who may see or reveal it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers import audit
from customers.audit import Act
from talk.admin.acting import who_asks
from talk.models import ClassAccess, FieldRule, Operator


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Records each change with the act that it is, in the change's transaction."""

    act: Act

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._record(request, obj, "added")
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._record(request, obj, "changed")
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self._record(request, obj, "deleted")
        return super().log_deletions(request, queryset)

    @transaction.atomic
    def _record(self, request: HttpRequest, obj: Model, done: str) -> None:
        what = {"model": obj._meta.model_name, "id": str(obj.pk), "name": str(obj), "done": done}
        audit.record(who_asks(request), self.act, what=what)


@admin.register(FieldRule)
class FieldRuleAdmin(AuditedAdmin):
    act = Act.CLASS_CHANGED
    list_display = ("key", "visibility")
    list_editable = ("visibility",)
    search_fields = ("key",)
    list_filter = ("visibility",)


class ClassAccessForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    seen_by_roles = forms.MultipleChoiceField(
        label=_("roles that see"),
        required=False,
        choices=Operator.Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody sees secret values without revealing them"),
    )
    revealed_by_roles = forms.MultipleChoiceField(
        label=_("roles that may reveal"),
        required=False,
        choices=Operator.Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One value at a time, with a reason that is kept in the audit"),
    )

    class Meta:
        model = ClassAccess
        fields = (
            "visibility",
            "seen_by_roles",
            "seen_by_teams",
            "revealed_by_roles",
            "revealed_by_teams",
        )
        widgets = {  # noqa: RUF012  # Django's own way
            "seen_by_teams": forms.CheckboxSelectMultiple,
            "revealed_by_teams": forms.CheckboxSelectMultiple,
        }


@admin.register(ClassAccess)
class ClassAccessAdmin(AuditedAdmin):
    """Without a row for a class its defaults hold (`talk.clearance`)."""

    act = Act.CLASS_CHANGED
    form = ClassAccessForm
    list_display = ("visibility", "seen_by", "revealed_by")

    @admin.display(description=_("roles that see"))
    def seen_by(self, access: ClassAccess) -> str:
        return _named(access.seen_by_roles, access.seen_by_teams)

    @admin.display(description=_("roles that may reveal"))
    def revealed_by(self, access: ClassAccess) -> str:
        return _named(access.revealed_by_roles, access.revealed_by_teams)


def _named(roles: list[str], teams: Any) -> str:
    labels = [str(Operator.Role(role).label) for role in roles]
    return ", ".join([*labels, *(team.name for team in teams.all())]) or "–"
