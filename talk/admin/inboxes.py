"""Inboxes: where the widget may stand, and the line that puts it there."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from talk.models import Inbox
from talk.origins import DEFAULT_PORTS, normalized

COLOR = re.compile(r"^#[0-9a-fA-F]{6}\Z")
MOST_ORIGINS = 50
SNIPPET = '<script async src="{url}/widget.js" data-inbox="{public_id}"></script>'


class OriginsField(forms.CharField):
    """One origin a line; kept as browsers write them: lower case, no default port."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in str(value or "").splitlines()]
        origins = list(dict.fromkeys(exact_origin(line) for line in lines if line))
        if len(origins) > MOST_ORIGINS:
            raise ValidationError(_("At most %(most)s origins"), params={"most": MOST_ORIGINS})
        return origins

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


def exact_origin(text: str) -> str:
    """Return the origin as a browser sends it; patterns and addresses with a path are refused."""
    known = normalized(text)
    if known is None or "*" in text:
        raise ValidationError(
            _("%(origin)s is not an exact origin such as https://shop.example:8443"),
            params={"origin": text},
        )
    parts = urlsplit(known)
    if parts.port == DEFAULT_PORTS[parts.scheme]:
        return known.rsplit(":", 1)[0]
    return known


def default_of(name: str) -> Any:
    return Inbox._meta.get_field(name).default  # type: ignore[union-attr]  # a plain field


class InboxForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    allowed_origins = OriginsField(
        label=_("allowed origins"),
        required=False,
        help_text=_("One a line: exact scheme, host and port, such as https://shop.example:8443"),
    )
    color = forms.RegexField(
        COLOR,
        label=_("colour"),
        initial=default_of("color"),
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    attachment_max_bytes = forms.IntegerField(
        label=_("largest attachment in bytes"),
        initial=default_of("attachment_max_bytes"),
        min_value=1,
        max_value=20 * 1024 * 1024,
    )
    attachments_per_message = forms.IntegerField(
        label=_("attachments in one message"),
        initial=default_of("attachments_per_message"),
        min_value=0,
        max_value=10,
    )

    class Meta:
        model = Inbox
        fields = (
            "name",
            "kind",
            "is_active",
            "allowed_origins",
            "greeting",
            "color",
            "reopen_days",
            "attachment_max_bytes",
            "attachments_per_message",
        )

    def clean_color(self) -> str:
        return str(self.cleaned_data["color"]).lower()


@admin.register(Inbox)
class InboxAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    form = InboxForm
    list_display = ("name", "kind", "is_active", "created_at")
    readonly_fields = ("snippet",)

    def has_delete_permission(self, request: HttpRequest, obj: Inbox | None = None) -> bool:
        return False  # its conversations stay; it can be made inactive

    @admin.display(description=_("put this into the pages of the site"))
    def snippet(self, inbox: Inbox) -> SafeString | str:
        if not inbox.public_id or inbox.kind != Inbox.Kind.WEB or inbox._state.adding:
            return "–"
        tag = SNIPPET.format(url=settings.PUBLIC_URL, public_id=inbox.public_id)
        return format_html("<code>{}</code>", tag)
