"""Which data is personal or secret, and who may see or reveal it."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.audit import Act
from customers.queries import recent_trait_keys
from customers.traits import CLAIMED
from talk.admin.audited import AuditedAdmin
from talk.admin.known_keys import KeyInput, SuggestsKeys
from talk.masking import outward
from talk.models import ClassAccess, FieldRule, Operator
from talk.veils import ON_THE_WIRE


class FieldRuleForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    class Meta:
        model = FieldRule
        fields = ("key", "visibility")
        widgets = {"key": KeyInput}  # noqa: RUF012  # Django's own way

    def clean_key(self) -> str:
        """Refuse what is no key of its own: its whole would be hidden, which is easier to read."""
        key = str(self.cleaned_data["key"]).strip()
        if key.startswith(CLAIMED):
            told = _("Values that nobody vouches for have the class of %(key)s: give it to that")
            raise ValidationError(told, params={"key": key.removeprefix(CLAIMED)})
        whole = whole_key(key, recent_trait_keys())
        if whole != key:
            told = _("Classes are for whole keys of member data: give it to %(key)s")
            raise ValidationError(told, params={"key": whole})
        return key


def whole_key(key: str, known: Collection[str]) -> str:
    """Return the key that has the value: of one that goes into an object, the object's.

    What customers do and what operators keep is no member data, whatever that is called.
    """
    if key in ON_THE_WIRE:
        return key
    return next((name for name in reversed([*outward(key)]) if name in known), key)


@admin.register(FieldRule)
class FieldRuleAdmin(SuggestsKeys, AuditedAdmin):
    act = Act.CLASS_CHANGED
    form = FieldRuleForm
    list_display = ("key", "visibility")
    list_editable = ("visibility",)
    search_fields = ("key",)
    list_filter = ("visibility",)

    def known_keys(self) -> list[str]:
        known = super().known_keys()
        return [key for key in known if whole_key(key, known) == key]

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
