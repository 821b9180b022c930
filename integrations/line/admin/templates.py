"""Flex templates: LINE's JSON, refused here if LINE would refuse it."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.audit import Act
from integrations.line import flex, outgoing
from integrations.line.flex import BadFlex
from integrations.line.models import FlexTemplate
from talk.admin.audited import AuditedAdmin


class Readable(json.JSONEncoder):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "indent": 2, "ensure_ascii": False})


class FlexTemplateForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    contents = forms.JSONField(
        label=_("contents"),
        help_text=FlexTemplate._meta.get_field("contents").help_text,
        encoder=Readable,
        widget=forms.Textarea(attrs={"rows": 24, "cols": 90, "spellcheck": "false"}),
        error_messages={"invalid": _("This is not JSON: look for a comma or a quote too many")},
    )

    class Meta:
        model = FlexTemplate
        fields = ("channel", "name", "alt", "contents", "is_offered")

    def clean_contents(self) -> dict[str, Any]:
        contents = self.cleaned_data["contents"]
        if not isinstance(contents, dict) or contents.get("type") not in outgoing.FLEX:
            raise ValidationError(_('It begins with "type": "bubble" or "carousel"'))
        try:
            flex.check(contents)
        except BadFlex as error:
            why = gettext(error.reason) % error.named
            raise ValidationError(
                _("LINE would refuse this at %(place)s: %(reason)s"),
                params={"place": error.path.lstrip(".") or "contents", "reason": why},
            ) from None
        return contents


@admin.register(FlexTemplate)
class FlexTemplateAdmin(AuditedAdmin):
    act = Act.LINE_CHANGED
    form = FlexTemplateForm
    list_display = ("name", "channel", "alt", "is_offered")
    list_filter = ("channel", "is_offered")
    list_select_related = ("channel__inbox",)
    search_fields = ("name", "alt")
