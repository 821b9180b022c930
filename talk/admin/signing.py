"""Signing keys of an inbox's site: a secret that is made here and shown once, or a public key."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talk.actions.identities import keep_public_key, make_secret, public_key, revoke_key
from talk.admin.made_once import MadeOnceAdmin
from talk.admin.secret_page import secret_page
from talk.errors import Invalid
from talk.models import Inbox, SigningKey

HS256, ES256 = SigningKey.Algorithm.HS256, SigningKey.Algorithm.ES256


class SigningKeyForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    inbox = forms.ModelChoiceField(
        label=_("inbox"), queryset=Inbox.objects.filter(kind=Inbox.Kind.WEB)
    )
    public_key = forms.CharField(
        label=_("public key"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "vLargeTextField"}),
        help_text=_("For ES256 only: the PEM of an EC public key on P-256"),
    )

    class Meta:
        model = SigningKey
        fields = ("inbox", "name", "algorithm")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        is_pair = given.get("algorithm") == ES256
        if is_pair:
            try:
                public_key(given.get("public_key", ""))
            except Invalid as error:
                raise ValidationError({"public_key": error.detail}) from error
        elif given.get("public_key"):
            raise ValidationError({"public_key": _("HS256 has no public key: leave this empty")})
        return given


@admin.register(SigningKey)
class SigningKeyAdmin(MadeOnceAdmin):
    form = SigningKeyForm
    list_display = (
        "name",
        "hint",
        "inbox",
        "algorithm",
        "created_at",
        "last_used_at",
        "revoked_at",
    )
    list_select_related = ("inbox",)

    def get_fields(self, request: HttpRequest, obj: SigningKey | None = None) -> tuple[str, ...]:
        if obj is None:
            return (*SigningKeyForm.Meta.fields, "public_key")
        return (*SigningKeyForm.Meta.fields, "hint", "created_at", "last_used_at", "revoked_at")

    def save_model(
        self,
        request: HttpRequest,
        obj: SigningKey,
        form: "forms.ModelForm[SigningKey]",
        change: bool,
    ) -> None:
        if obj.algorithm == ES256:
            keep_public_key(obj, form.cleaned_data["public_key"])
        else:
            obj.secret = make_secret(obj)  # type: ignore[attr-defined]  # for response_add

    def response_add(
        self, request: HttpRequest, obj: SigningKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        if obj.algorithm == ES256:
            return super().response_add(request, obj, post_url_continue)
        return secret_page(
            request,
            title=gettext("Signing key %(name)s") % {"name": obj.name},
            advice=gettext(
                "It is shown this once. Keep it on the site's server: whoever has it can be any"
                " customer."
            ),
            secret=obj.secret,  # type: ignore[attr-defined]
            back="admin:talk_signingkey_changelist",
        )

    @admin.action(description=_("Revoke the chosen keys"), permissions=["view"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[SigningKey]) -> None:
        for key in chosen.filter(revoked_at=None):
            revoke_key(key)
            self.log_change(request, key, "revoked")
        self.message_user(request, gettext("The keys have been revoked"))
