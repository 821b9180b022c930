"""Inboxes: where the widget may stand, the line that puts it there, and who answers."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talk.admin.fields import LinesField, MegabytesField, OriginsField, color_field
from talk.models import Inbox, Team

LARGEST_ATTACHMENT = 20 * 1024 * 1024
SHIMS = [
    ("karte", "KARTE (krt)"),
    ("ga4", "Google Analytics 4 (dataLayer)"),
    ("segment", "Segment"),
]
NO_TEAM = _("No team answers this inbox yet: only supervisors see it.")
ON_SITES = (
    "allowed_origins",
    "greeting",
    "color",
    "consent",
    "honours_gpc",
    "kept_parameters",
    "captures_errors",
    "error_selectors",
    "shims",
)
"""What an inbox has only on a website."""
SNIPPET = '<script async src="{url}/widget.js" data-inbox="{public_id}"></script>'


def teams_field() -> "forms.ModelMultipleChoiceField[Team]":
    return forms.ModelMultipleChoiceField(
        Team.objects.all(),
        label=_("teams"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Their operators see and answer this inbox; supervisors see every inbox"),
    )


def default_of(name: str) -> Any:
    return Inbox._meta.get_field(name).default  # type: ignore[union-attr]  # a plain field


class InboxForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    allowed_origins = OriginsField(
        label=_("allowed origins"),
        required=False,
        help_text=_(
            "One a line: exact scheme, host and port, such as https://shop.example:8443. "
            "On all other sites the widget stays hidden."
        ),
    )
    color = color_field(default_of("color"))
    attachment_max_bytes = MegabytesField(
        initial=default_of("attachment_max_bytes"), most=LARGEST_ATTACHMENT
    )
    attachments_per_message = forms.IntegerField(
        label=_("attachments in one message"),
        initial=default_of("attachments_per_message"),
        min_value=0,
        max_value=10,
    )
    kept_parameters = LinesField(
        label=_("parameters that addresses keep"),
        initial=default_of("kept_parameters"),
        required=False,
        shape=re.compile(r"[\w.\[\]-]{1,39}\*?"),
        help_text=_("One a line; utm_* is all that begin so. All others stay on the page."),
    )
    error_selectors = LinesField(
        label=_("where the pages show errors"),
        initial=default_of("error_selectors"),
        required=False,
        shape=re.compile(r"[^{}<]{1,100}"),
        help_text=_("CSS selectors, one a line"),
    )
    shims = forms.MultipleChoiceField(
        label=_("tags of other products"),
        choices=SHIMS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the pages tell these is told to Sobani as well, without new tags"),
    )
    teams = teams_field()

    class Meta:
        model = Inbox
        fields = (
            "name",
            "kind",
            "is_active",
            "teams",
            "allowed_origins",
            "greeting",
            "color",
            "reopen_days",
            "attachment_max_bytes",
            "attachments_per_message",
            "consent",
            "honours_gpc",
            "kept_parameters",
            "captures_errors",
            "error_selectors",
            "shims",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        if self.instance.kind != Inbox.Kind.WEB:
            for name in ON_SITES:
                self.fields.pop(name, None)
        if self.instance._state.adding:
            kind.choices = [(Inbox.Kind.WEB.value, Inbox.Kind.WEB.label)]  # type: ignore[attr-defined]  # of its kind
            kind.help_text = _("LINE accounts are connected on a page of their own, under LINE")
        else:
            kind.disabled = True
            self.fields["teams"].initial = self.instance.teams.all()

    def clean_color(self) -> str:
        return str(self.cleaned_data["color"]).lower()


@admin.register(Inbox)
class InboxAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    form = InboxForm
    list_display = ("name", "kind", "is_active", "answered_by", "stands_on", "created_at")
    readonly_fields = ("snippet",)
    fieldsets = (
        (None, {"fields": ("name", "kind", "is_active", "teams")}),
        (
            _("On the site"),
            {"fields": ("snippet", "allowed_origins", "greeting", "color")},
        ),
        (
            _("Conversations"),
            {"fields": ("reopen_days", "attachment_max_bytes", "attachments_per_message")},
        ),
        (
            _("Tracking"),
            {
                "fields": (
                    "consent",
                    "honours_gpc",
                    "kept_parameters",
                    "captures_errors",
                    "error_selectors",
                    "shims",
                )
            },
        ),
    )
    elsewhere_fieldsets = (
        (None, {"fields": ("name", "kind", "is_active", "teams")}),
        (
            _("Conversations"),
            {"fields": ("reopen_days", "attachment_max_bytes", "attachments_per_message")},
        ),
    )
    """Of an inbox that stands on no website."""

    def get_fieldsets(self, request: HttpRequest, obj: Inbox | None = None) -> Any:
        is_web = obj is None or obj.kind == Inbox.Kind.WEB
        return self.fieldsets if is_web else self.elsewhere_fieldsets

    def get_queryset(self, request: HttpRequest) -> QuerySet[Inbox]:
        return super().get_queryset(request).prefetch_related("teams")

    def has_delete_permission(self, request: HttpRequest, obj: Inbox | None = None) -> bool:
        return False  # its conversations stay; it can be made inactive

    def save_related(
        self, request: HttpRequest, form: "forms.ModelForm[Inbox]", formsets: Any, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        form.instance.teams.set(form.cleaned_data["teams"])
        for told in _missing(form.instance):
            self.message_user(request, told, messages.WARNING)

    def response_add(
        self, request: HttpRequest, obj: Inbox, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Lead to what comes next: the line for the site's pages."""
        response = super().response_add(request, obj, post_url_continue)
        if "_addanother" in request.POST:
            return response
        return HttpResponseRedirect(reverse("admin:talk_inbox_change", args=[obj.pk]))

    @admin.display(description=_("put this into the pages of the site"))
    def snippet(self, inbox: Inbox) -> SafeString | str:
        if inbox._state.adding:
            return gettext("After saving, the line for the pages of the site stands here.")
        if not inbox.public_id or inbox.kind != Inbox.Kind.WEB:
            return "–"
        tag = SNIPPET.format(url=settings.PUBLIC_URL, public_id=inbox.public_id)
        return format_html('<code class="snippet">{}</code>', tag)

    @admin.display(description=_("teams"))
    def answered_by(self, inbox: Inbox) -> str:
        return ", ".join(team.name for team in inbox.teams.all()) or "–"

    @admin.display(description=_("allowed origins"))
    def stands_on(self, inbox: Inbox) -> str:
        return ", ".join(inbox.allowed_origins) or "–"


def _missing(inbox: Inbox) -> list[str]:
    """Return what keeps the inbox from working as its administrator will expect."""
    told = []
    if inbox.kind == Inbox.Kind.WEB and not inbox.allowed_origins:
        told.append(gettext("No origin is allowed yet, so the widget is shown on no site."))
    if not inbox.teams.exists():
        told.append(str(NO_TEAM))
    return told
