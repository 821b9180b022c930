"""Links to the company's own tools: made with a secret that the tool checks them by, shown once."""

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.audit import Act
from talk.actions.tool_links import give_secret
from talk.admin.audited import AuditedAdmin
from talk.admin.secret_page import secret_page
from talk.models import ToolLink


@admin.register(ToolLink)
class ToolLinkAdmin(AuditedAdmin):
    act = Act.LAYOUT_CHANGED
    fields = ("name", "template", "minutes", "position", "is_active")
    list_display = ("name", "template", "minutes", "is_active")
    actions = ("renew_secret",)

    def save_model(
        self, request: HttpRequest, obj: ToolLink, form: forms.Form, change: bool
    ) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            obj.shown_once = give_secret(obj)  # type: ignore[attr-defined]  # for response_add

    def response_add(
        self, request: HttpRequest, obj: ToolLink, post_url_continue: str | None = None
    ) -> HttpResponse:
        return _show(request, obj, obj.shown_once)  # type: ignore[attr-defined]

    @admin.action(description=_("Give a new secret"), permissions=["change"])
    def renew_secret(self, request: HttpRequest, chosen: QuerySet[ToolLink]) -> HttpResponse | None:
        if chosen.count() != 1:
            self.message_user(request, gettext("Choose one link"), messages.ERROR)
            return None
        link = chosen.get()
        secret = give_secret(link)
        self.log_change(request, link, "new secret")
        return _show(request, link, secret)


def _show(request: HttpRequest, link: ToolLink, secret: str) -> HttpResponse:
    return secret_page(
        request,
        title=gettext("Secret of the link %(name)s") % {"name": link.name},
        advice=gettext("It is shown this once. The tool checks with it that a link came from us."),
        secret=secret,
        back="admin:talk_toollink_changelist",
    )
