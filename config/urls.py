"""Every address that is served, except the websockets (`config.asgi`)."""

from django.contrib import admin
from django.urls import include, path

from config.csp_report import receive_report
from config.pictures import avatar

urlpatterns = [
    path("", include("config.accounts.urls")),
    path("", include("talk.console")),
    path("admin/", admin.site.urls),
    path("api/", include("talk.api.urls")),
    path("", include("talk.widget.urls")),
    path("demo/", include("config.demo.urls")),
    path("integrations/line/", include("integrations.line.urls")),
    path("", include("integrations.line.public_urls")),
    path("csp-report", receive_report, name="csp_report"),
    path("media/avatars/<str:name>", avatar, name="avatar"),
]

handler500 = "config.errors.failed"
