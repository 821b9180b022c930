"""Sidebar layouts: which blocks, in what order, for which conversations; and their preview."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from customers.audit import Act
from customers.queries import recent_segments
from talk.admin.audited import AuditedAdmin
from talk.admin.known_keys import KeyInput, SuggestsKeys
from talk.admin.preview import preview
from talk.models import Conversation, SidebarLayout, SidebarLine
from talk.models.sidebar import all_kinds
from talk.sidebar import OF_KEYS, Format, columns_of


class LayoutForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    segment_ids = forms.MultipleChoiceField(
        label=_("segments"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=format_lazy(
            "{} {}",
            _("For customers in one of these, as far as the operator sees segments"),
            _("(offered: segments of the 5,000 newest customers)"),
        ),
    )
    statuses = forms.MultipleChoiceField(
        label=_("stages"),
        required=False,
        choices=Conversation.Status.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = SidebarLayout
        fields = ("name", "is_active", "position", "inboxes", "teams", "segment_ids", "statuses")
        widgets = {  # noqa: RUF012  # Django's own way
            "inboxes": forms.CheckboxSelectMultiple,
            "teams": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A segment that nobody is in any more can still be taken off.
        offered = {id: id for id in self.instance.segment_ids} | recent_segments()
        self.fields["segment_ids"].choices = [*offered.items()]  # type: ignore[attr-defined]  # of its kind


class LineForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    class Meta:
        model = SidebarLine
        fields = ("position", "kind", "key", "label", "format", "columns", "is_open")
        widgets = {  # noqa: RUF012  # Django's own way
            "position": forms.NumberInput(attrs={"class": "line-position"}),
            "key": KeyInput,
            "label": forms.TextInput(attrs={"size": 14}),
            "columns": forms.TextInput(attrs={"size": 18, "spellcheck": "false"}),
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        wants_key = given.get("kind") in OF_KEYS
        if wants_key and not given.get("key"):
            raise ValidationError({"key": _("Say which key of member data this shows")})
        if not wants_key and given.get("key"):
            raise ValidationError({"key": _("Only values and tables have a key")})
        return given

    def clean_columns(self) -> str:
        text = str(self.cleaned_data["columns"])
        try:
            columns_of(text)
        except ValueError as error:
            known = ", ".join(each.value for each in Format if each)
            told = _("After the colon stands one of: %(known)s")
            raise ValidationError(told, params={"known": known}) from error
        return text


class LineInline(admin.TabularInline):  # type: ignore[type-arg]  # not generic at run time
    model = SidebarLine
    form = LineForm
    extra = 1
    ordering = ("position", "id")


@admin.register(SidebarLayout)
class SidebarLayoutAdmin(SuggestsKeys, AuditedAdmin):
    act = Act.LAYOUT_CHANGED
    form = LayoutForm
    inlines = (LineInline,)
    list_display = ("name", "is_active", "position", "conditions")
    change_list_template = "admin/talk/sidebarlayout/change_list.html"
    fieldsets = (
        (None, {"fields": ("name", "is_active", "position")}),
        (
            _("For which conversations"),
            {
                "fields": ("inboxes", "teams", "segment_ids", "statuses"),
                "description": _(
                    "What is left empty is no condition. Of the layouts whose conditions are all "
                    "met, the one with the most of them is taken."
                ),
            },
        ),
    )

    class Media:
        js = ("admin_lines/lines.js",)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:  # Django's own way
        """Who saves it has seen which blocks there are."""
        obj.knows = all_kinds()
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "preview/",
            self.admin_site.admin_view(self.preview),
            name="talk_sidebarlayout_preview",
        )
        return [own, *super().get_urls()]

    def preview(self, request: HttpRequest) -> HttpResponse:
        return preview(request)

    @admin.display(description=_("conditions"))
    def conditions(self, layout: SidebarLayout) -> str:
        labels = dict(Conversation.Status.choices)
        parts = [
            *(inbox.name for inbox in layout.inboxes.all()),
            *(team.name for team in layout.teams.all()),
            *(_named(layout.segment_ids)),
            *(str(labels[status]) for status in layout.statuses),
        ]
        return ", ".join(parts) or str(_("all conversations"))


def _named(segment_ids: list[str]) -> list[str]:
    names = recent_segments() if segment_ids else {}
    return [names.get(id, id) for id in segment_ids]
