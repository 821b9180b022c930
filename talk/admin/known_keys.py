"""Suggestions for fields that take a key of member data: a misspelled one never shows anything."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from customers.queries import recent_trait_keys


class KeyInput(forms.TextInput):
    """Any key may be written; those that sources have told lately are suggested."""

    def __init__(self) -> None:
        super().__init__(attrs={"size": 18, "spellcheck": "false", "list": "known-keys"})


class SuggestsKeys(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Its page has the list that `KeyInput` suggests from."""

    change_form_template = "admin/talk/known_keys.html"

    def known_keys(self) -> list[str]:
        return recent_trait_keys()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {**(extra_context or {}), "known_keys": self.known_keys()}
        return super().changeform_view(request, object_id, form_url, context)
