"""Which data is personal or secret, and who may see or reveal it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.audit import Act
from talk.admin.audited import AuditedAdmin
from talk.admin.known_keys import KeyInput, SuggestsKeys
from talk.models import ClassAccess, FieldRule, Operator


class FieldRuleForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    class Meta:
        model = FieldRule
        fields = ("key", "visibility")
        widgets = {"key": KeyInput}  # noqa: RUF012  # Django's own way


@admin.register(FieldRule)
class FieldRuleAdmin(SuggestsKeys, AuditedAdmin):
    act = Act.CLASS_CHANGED
    form = FieldRuleForm
    list_display = ("key", "visibility")
    list_editable = ("visibility",)
    search_fields = ("key",)
    list_filter = ("visibility",)

    def what_of(self, obj: FieldRule) -> dict[str, Any]:
        return {"key": obj.key, "class": obj.visibility}


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
