"""Operators: made with a temporary password, given a role and teams, deactivated."""

import io
import secrets
from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.audit import Act
from talk.admin.audited import AuditedAdmin
from talk.admin.secret_page import secret_page
from talk.models import Operator, Team
from talk.pictures import (
    BrokenPicture,
    PictureTooLarge,
    TooManyPictures,
    encode_picture,
    kind_of,
)

AVATAR_SIDE = 256
AVATAR_MOST_BYTES = 5 * 1024 * 1024
AVATAR_TYPES = frozenset({"image/png", "image/jpeg", "image/webp"})


class OperatorForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    teams = forms.ModelMultipleChoiceField(
        Team.objects.all(),
        label=_("teams"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Operators see the conversations of their teams' inboxes"),
    )
    locale = forms.ChoiceField(
        label=_("language"),
        required=False,
        choices=[("", _("as the browser asks")), *settings.LANGUAGES],
    )

    class Meta:
        model = Operator
        fields = ("name", "email", "role", "is_active", "locale", "avatar")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            told = _("After saving, a temporary password for the first log-in is shown once")
            self.fields["email"].help_text = told
        else:
            self.fields["teams"].initial = self.instance.teams.all()

    def clean_avatar(self) -> Any:
        """Encode a new picture anew, small, under a random name."""
        given = self.cleaned_data["avatar"]
        return _small_picture(given) if isinstance(given, UploadedFile) else given

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if Operator.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another operator has this address"))
        return email


def _small_picture(file: "UploadedFile[bytes]") -> "ContentFile[bytes]":
    content = io.BytesIO(file.read(AVATAR_MOST_BYTES + 1))
    kind = kind_of(content.getvalue()[:64])
    if kind is None or kind.media_type not in AVATAR_TYPES:
        raise ValidationError(_("Choose a PNG, JPEG or WebP picture"))
    if content.getbuffer().nbytes > AVATAR_MOST_BYTES:
        raise ValidationError(_("This picture is too large"))
    try:
        encoded = encode_picture(content, kind, longest_side=AVATAR_SIDE)
    except (BrokenPicture, PictureTooLarge):
        raise ValidationError(_("This picture cannot be read")) from None
    except TooManyPictures:
        raise ValidationError(_("Other pictures are being made ready; try again")) from None
    return ContentFile(encoded.content, name=f"{uuid4().hex}.{kind.extension}")


@admin.register(Operator)
class OperatorAdmin(AuditedAdmin):
    act = Act.OPERATOR_CHANGED
    form = OperatorForm
    list_display = ("name", "email", "role", "is_active", "last_login")
    list_filter = ("role", "is_active", "teams")
    search_fields = ("name", "email")
    ordering = ("name",)
    actions = ("give_password", "drop_second_factor")

    def what_of(self, obj: Operator) -> dict[str, Any]:
        return {"role": obj.role, "is_active": obj.is_active}

    def has_delete_permission(self, request: HttpRequest, obj: Operator | None = None) -> bool:
        return False  # what they wrote stays theirs; they can be made inactive

    def get_form(
        self, request: HttpRequest, obj: Operator | None = None, *args: Any, **kwargs: Any
    ) -> "type[forms.ModelForm[Operator]]":
        form = super().get_form(request, obj, *args, **kwargs)
        if obj is not None and obj.pk == request.user.pk:
            for name in ("role", "is_active"):  # the last administrator cannot lock the door
                form.base_fields[name].disabled = True
        return form

    def save_model(
        self, request: HttpRequest, obj: Operator, form: forms.Form, change: bool
    ) -> None:
        if not change:
            obj.set_password(_new_password(obj))
        super().save_model(request, obj, form, change)

    def save_related(
        self, request: HttpRequest, form: "forms.ModelForm[Operator]", formsets: Any, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        form.instance.teams.set(form.cleaned_data["teams"])

    def response_add(
        self, request: HttpRequest, obj: Operator, post_url_continue: str | None = None
    ) -> HttpResponse:
        return _show_password(request, obj)

    @admin.action(description=_("Give a new temporary password"))
    def give_password(
        self, request: HttpRequest, chosen: QuerySet[Operator]
    ) -> HttpResponse | None:
        if chosen.count() != 1:
            self.message_user(request, gettext("Choose one operator"), messages.ERROR)
            return None
        operator = chosen.get()
        operator.set_password(_new_password(operator))
        operator.save(update_fields=["password"])
        self.log_change(request, operator, "new temporary password")
        return _show_password(request, operator)

    @admin.action(description=_("Switch off two-factor authentication"))
    def drop_second_factor(self, request: HttpRequest, chosen: QuerySet[Operator]) -> None:
        """For somebody who has lost their phone and their recovery codes."""
        for operator in chosen:
            Authenticator.objects.filter(user=operator).delete()
            self.log_change(request, operator, "second factor switched off")
        self.message_user(request, gettext("Two-factor authentication has been switched off"))


def _new_password(operator: Operator) -> str:
    operator.temporary_password = secrets.token_urlsafe(12)  # type: ignore[attr-defined]
    return str(operator.temporary_password)  # type: ignore[attr-defined]


def _show_password(request: HttpRequest, operator: Operator) -> HttpResponse:
    return secret_page(
        request,
        title=gettext("Temporary password of %(name)s") % {"name": operator.name},
        advice=gettext("It is shown this once. They should change it after their first log-in."),
        secret=operator.temporary_password,  # type: ignore[attr-defined]
        back="admin:talk_operator_changelist",
    )
