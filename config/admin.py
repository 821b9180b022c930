"""The admin as a whole: its log-in is ours, and other apps' tables that hold secrets are hidden."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

for model in (Authenticator, EmailAddress, Group, UserSession):
    admin.site.unregister(model)

admin.site.site_header = "Sobani"
admin.site.site_title = "Sobani"
admin.site.index_title = _("Administration")
admin.site.site_url = "/"


def change_password(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """The admin's own form would not count wrong old passwords."""
    return redirect("account_change_password")


# One log-in for all: the admin's own would know neither the throttle nor the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = change_password  # type: ignore[method-assign,assignment]
