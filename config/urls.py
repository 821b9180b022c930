"""Every address that is served, except the websockets (`config.asgi`)."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from config.csp_report import receive_report
from config.pictures import avatar

# One log-in for all: the admin's own would know neither the throttle nor the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("config.accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("talk.api.urls")),
    path("", include("config.metrics")),
    path("csp-report", receive_report, name="csp_report"),
    path("media/avatars/<str:name>", avatar, name="avatar"),
]
