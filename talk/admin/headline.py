"""The headline: which clauses, in which order, in which words."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.audit import Act
from talk.admin.audited import AuditedAdmin
from talk.admin.known_keys import KeyInput, SuggestsKeys
from talk.headline import KINDS, Clause
from talk.models import HeadlineClause


class HeadlineClauseForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    class Meta:
        model = HeadlineClause
        fields = (
            "kind",
            "is_active",
            "position",
            "threshold",
            "trait",
            "value",
            "text_ja",
            "text_en",
        )
        widgets = {"trait": KeyInput}  # noqa: RUF012  # Django's own way


@admin.register(HeadlineClause)
class HeadlineClauseAdmin(SuggestsKeys, AuditedAdmin):
    act = Act.HEADLINE_CHANGED
    form = HeadlineClauseForm
    list_display = ("kind", "position", "is_active", "threshold_shown", "trait", "text_shown")
    list_editable = ("position", "is_active")
    fields = (
        "kind",
        "is_active",
        "position",
        "threshold",
        "trait",
        "value",
        "text_ja",
        "text_en",
        "built_in",
    )
    readonly_fields = ("built_in",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str | list[str]]:
        last = HeadlineClause.objects.order_by("-position").first()
        return {"position": str(last.position + 1 if last else 1)}

    def what_of(self, obj: HeadlineClause) -> dict[str, Any]:
        return {"kind": obj.kind, "trait": obj.trait}

    @admin.display(description=_("so many"))
    def threshold_shown(self, clause: HeadlineClause) -> str:
        built_in = KINDS[Clause(clause.kind)].threshold
        shown = built_in if clause.threshold is None else clause.threshold
        return "–" if shown is None else str(shown)

    @admin.display(description=_("text in Japanese"))
    def text_shown(self, clause: HeadlineClause) -> str:
        return clause.text_ja or KINDS[Clause(clause.kind)].texts["ja"]

    @admin.display(description=_("built in"))
    def built_in(self, clause: HeadlineClause) -> str:
        """Say what a clause says by itself, and so which names its text may hold."""
        kinds = [Clause(clause.kind)] if clause.kind in KINDS else list(Clause)
        return " / ".join(KINDS[kind].texts["ja"] for kind in kinds)
