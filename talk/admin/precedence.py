"""Which source is believed about a key of member data."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.actions.precedence import forget_precedence, set_precedence
from customers.audit import Act
from customers.models import TraitPrecedence
from customers.queries import recent_trait_keys
from customers.traits import CLAIMED
from talk.admin.audited import AuditedAdmin
from talk.admin.classes import whole_key
from talk.admin.fields import LinesField
from talk.admin.known_keys import KeyInput, SuggestsKeys

SOURCE = re.compile(r"(crm|site|commerce|survey|tracker)(:[a-z0-9_-]{1,30})?")


class TraitPrecedenceForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    sources = LinesField(
        shape=SOURCE,
        required=False,
        label=TraitPrecedence._meta.get_field("sources").verbose_name,
        help_text=TraitPrecedence._meta.get_field("sources").help_text,
    )

    class Meta:
        model = TraitPrecedence
        fields = ("key", "sources", "empty_wins")
        widgets = {"key": KeyInput}  # noqa: RUF012  # Django's own way

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"]).strip()
        if key.startswith(CLAIMED):
            raise ValidationError(_("Nobody vouches for these: they have one source"))
        whole = whole_key(key, recent_trait_keys())
        if whole != key:
            told = _("What lies in an object comes from its source: choose for %(key)s")
            raise ValidationError(told, params={"key": whole})
        return key


@admin.register(TraitPrecedence)
class TraitPrecedenceAdmin(SuggestsKeys, AuditedAdmin):
    """What is shown of customers already follows in the background (`Reresolving`)."""

    act = Act.PRECEDENCE_CHANGED
    form = TraitPrecedenceForm
    list_display = ("key", "order", "empty_wins")
    search_fields = ("key",)

    @admin.display(description=_("sources"))
    def order(self, rule: TraitPrecedence) -> str:
        return " > ".join(rule.sources) or "–"

    def known_keys(self) -> list[str]:
        """Whole keys: what lies in an object comes from the object's source."""
        known = super().known_keys()
        return [key for key in known if key.rpartition(".")[0] not in known]

    def get_readonly_fields(
        self, request: HttpRequest, obj: TraitPrecedence | None = None
    ) -> tuple[str, ...]:
        return ("key",) if obj else ()  # another key is another precedence

    def save_model(
        self, request: HttpRequest, obj: TraitPrecedence, form: Any, change: bool
    ) -> None:
        rule = set_precedence(obj.key, sources=obj.sources, empty_wins=obj.empty_wins)
        obj.pk = rule.pk

    def delete_model(self, request: HttpRequest, obj: TraitPrecedence) -> None:
        forget_precedence(obj.key)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[TraitPrecedence]) -> None:
        for rule in queryset:
            forget_precedence(rule.key)

    def what_of(self, obj: TraitPrecedence) -> dict[str, Any]:
        return {"key": obj.key, "sources": obj.sources, "empty_wins": obj.empty_wins}
