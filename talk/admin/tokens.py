"""API tokens: made here, shown once, revoked here."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talk.actions.tokens import issue_api_token, revoke_api_token
from talk.admin.made_once import MadeOnceAdmin
from talk.admin.secret_page import secret_page
from talk.models import ApiToken
from talk.policy import Permission


class TokenForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    scopes = forms.MultipleChoiceField(
        label=_("scopes"),
        choices=[(scope.value, scope.value) for scope in Permission],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the program may do, within what the operator may"),
    )

    class Meta:
        model = ApiToken
        fields = ("name", "operator", "scopes", "expires_at")


@admin.register(ApiToken)
class ApiTokenAdmin(MadeOnceAdmin):
    form = TokenForm
    list_display = ("name", "hint", "operator", "last_used_at", "expires_at", "revoked_at")
    list_select_related = ("operator",)

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        if obj is None:
            return TokenForm.Meta.fields
        return (*TokenForm.Meta.fields, "hint", "created_at", "last_used_at", "revoked_at")

    def save_model(
        self, request: HttpRequest, obj: ApiToken, form: "forms.ModelForm[ApiToken]", change: bool
    ) -> None:
        given = form.cleaned_data
        secret, made = issue_api_token(
            given["operator"],
            name=given["name"],
            scopes=given["scopes"],
            expires_at=given["expires_at"],
        )
        obj.__dict__.update(made.__dict__)
        obj.secret = secret  # type: ignore[attr-defined]  # for response_add, of this request

    def response_add(
        self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        return secret_page(
            request,
            title=gettext("API token %(name)s") % {"name": obj.name},
            advice=gettext("It is shown this once. Keep it where the program reads its secrets."),
            secret=obj.secret,  # type: ignore[attr-defined]
            back="admin:talk_apitoken_changelist",
        )

    @admin.action(description=_("Revoke the chosen tokens"), permissions=["view"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiToken]) -> None:
        for token in chosen:
            revoke_api_token(token)
            self.log_change(request, token, "revoked")
        self.message_user(request, gettext("The tokens have been revoked"))
