"""LINE official accounts: connected, their health and checklist, and another secret."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from customers.audit import Act
from integrations.line import quota
from integrations.line.actions import channels
from integrations.line.actions.asking import webhook_address
from integrations.line.admin.forms import ChannelForm, ConnectForm, LoginForm, SecretForm
from integrations.line.admin.words import Line, ago, line_of
from integrations.line.checklist import Check, is_complete
from integrations.line.failures import failure_text
from integrations.line.health import Health, health_of
from integrations.line.models import LineChannel, LineSetup
from talk.admin.audited import AuditedAdmin, who_asks
from talk.admin.inboxes import NO_TEAM
from talk.errors import Invalid

LIST = "admin:line_linechannel_changelist"
CHANGE = "admin:line_linechannel_change"


@admin.register(LineChannel)
class LineChannelAdmin(AuditedAdmin):
    act = Act.LINE_CHANGED
    form = ChannelForm
    list_display = ("__str__", "inbox", "basic_id", "heard", "waiting", "errors", "quota_used")
    list_select_related = ("inbox",)
    change_form_template = "admin/line/channel.html"
    fieldsets = (
        (
            _("How it behaves"),
            {"fields": ("group_policy", "leaves_groups", "read_policy", "sender_name")},
        ),
        (
            _("One person on the website and in LINE"),
            {"fields": ("offered_on", "site_inbox", "site_login_url")},
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = {
            "look": require_POST(self.look_view),
            "switch": require_POST(self.switch_view),
            "address": require_POST(self.address_view),
            "secret": self.secret_view,
            "secret/end": require_POST(self.end_view),
            "login": self.login_view,
        }
        return [
            *(
                path(
                    f"<uuid:id>/{name}/",
                    wrap(view),
                    name=f"line_linechannel_{name.replace('/', '_')}",
                )
                for name, view in own.items()
            ),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: LineChannel | None = None) -> bool:
        return False  # its conversations stay; the inbox can be made inactive

    # What is connected outlives the session, so a session that was left open must not connect it.
    @method_decorator(reauthentication_required(app="talk"))
    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask LINE first; only what LINE agrees to is saved."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ConnectForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                channel = channels.connect(who_asks(request), **form.cleaned_data)
            except Invalid as error:
                _place_error(form, error, unreached="is_anyway")
            else:
                self.message_user(request, _connected(channel), messages.SUCCESS)
                if not channel.inbox.teams.exists():
                    self.message_user(request, str(NO_TEAM), messages.WARNING)
                return HttpResponseRedirect(reverse(CHANGE, args=[channel.pk]))
        return self._page(request, "admin/line/connect.html", form, gettext("Connect LINE"))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        channel = self.get_object(request, object_id)
        more = _shown(channel) if channel is not None else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def save_model(
        self, request: HttpRequest, obj: LineChannel, form: Any, change: bool
    ) -> None:  # Django's own way
        super().save_model(request, obj, form, change)
        setup, _made = LineSetup.objects.get_or_create(channel=obj)
        setup.site_inbox = form.cleaned_data["site_inbox"]
        setup.site_login_url = form.cleaned_data["site_login_url"]
        setup.save(update_fields=["site_inbox", "site_login_url"])
        setup.offered_on.set(form.cleaned_data["offered_on"])

    def look_view(self, request: HttpRequest, id: Any) -> HttpResponse:
        channel = self._channel(request, id)
        found = channels.look_again(channel)
        quota.look_again(channel.pk)
        if is_complete(found):
            self.message_user(request, gettext("Everything is as it should be."), messages.SUCCESS)
        return self._back(channel)

    def address_view(self, request: HttpRequest, id: Any) -> HttpResponse:
        channel = self._channel(request, id)
        with transaction.atomic():  # another system may lose it thereby
            self.log_change(request, channel, "webhook address told")
        channels.correct_address(channel)
        return self._back(channel)

    def switch_view(self, request: HttpRequest, id: Any) -> HttpResponse:
        channel = self._channel(request, id)
        try:
            channels.tell_switch(
                channel, request.POST.get("check", ""), is_so=request.POST.get("is_so") == "yes"
            )
        except Invalid as error:
            self.message_user(request, error.detail, messages.ERROR)
        return self._back(channel)

    @method_decorator(reauthentication_required(app="talk"))
    def secret_view(self, request: HttpRequest, id: Any) -> HttpResponse:
        channel = self._channel(request, id)

        def begin(given: dict[str, Any]) -> None:
            channels.start_rotation(who_asks(request), channel, secret=given["secret"])

        told = gettext("Both secrets are good now. Finish when nothing comes with the old one.")
        title = gettext("Change the channel secret")
        return self._ask(request, channel, SecretForm(request.POST or None), begin, title, told)

    @method_decorator(reauthentication_required(app="talk"))
    def login_view(self, request: HttpRequest, id: Any) -> HttpResponse:
        channel = self._channel(request, id)
        initial = {"login_channel_id": channel.login_channel_id}

        def keep(given: dict[str, Any]) -> None:
            told = {"channel_id": given["login_channel_id"], "secret": given["login_secret"]}
            channels.set_login(who_asks(request), channel, **told)

        form = LoginForm(request.POST or None, initial=initial)
        done = gettext("LINE Login has been changed.")
        return self._ask(request, channel, form, keep, "LINE Login", done)

    def end_view(self, request: HttpRequest, id: Any) -> HttpResponse:
        """Finish changing the secret, or give it up."""
        channel = self._channel(request, id)
        is_finish = request.POST.get("how") == "finish"
        end = channels.finish_rotation if is_finish else channels.cancel_rotation
        try:
            end(who_asks(request), channel)
        except Invalid as error:
            self.message_user(request, error.detail, messages.ERROR)
        return self._back(channel)

    def _ask(
        self,
        request: HttpRequest,
        channel: LineChannel,
        form: forms.Form,
        carry_out: Callable[[dict[str, Any]], None],
        title: str,
        told: str,
    ) -> HttpResponse:
        if request.method == "POST" and form.is_valid():
            try:
                carry_out(form.cleaned_data)
            except Invalid as error:
                _place_error(form, error)
            else:
                self.message_user(request, told, messages.SUCCESS)
                return self._back(channel)
        return self._page(request, "admin/line/secret.html", form, title, channel=channel)

    def _page(
        self, request: HttpRequest, template: str, form: forms.Form, title: str, **more: Any
    ) -> HttpResponse:
        shown = {"title": title, "form": form, "opts": self.opts, **more}
        response = render(request, template, {**self.admin_site.each_context(request), **shown})
        response["Cache-Control"] = "no-store"
        return response

    def _channel(self, request: HttpRequest, id: Any) -> LineChannel:
        channel = get_object_or_404(LineChannel.objects.select_related("inbox"), pk=id)
        if not self.has_change_permission(request, channel):
            raise PermissionDenied
        return channel

    def _back(self, channel: LineChannel) -> HttpResponse:
        return HttpResponseRedirect(reverse(CHANGE, args=[channel.pk]))

    def get_queryset(self, request: HttpRequest) -> QuerySet[LineChannel]:
        return super().get_queryset(request).select_related("inbox")

    @admin.display(description=_("last webhook"))
    def heard(self, channel: LineChannel) -> str:
        return ago(channel.last_webhook_at) or "–"

    @admin.display(description=_("waiting"))
    def waiting(self, channel: LineChannel) -> Any:
        return _health(channel).waiting

    @admin.display(description=_("errors in 24 hours"))
    def errors(self, channel: LineChannel) -> str:
        rate = _health(channel).error_rate
        return "–" if rate is None else f"{rate:.1%}"

    @admin.display(description=_("messages this month"))
    def quota_used(self, channel: LineChannel) -> str:
        health = _health(channel)
        if health.used is None:
            return "–"
        return f"{health.used} / {'∞' if health.limit is None else health.limit}"


def _health(channel: LineChannel) -> Health:
    """Asked once for all columns of a row."""
    known: Health | None = getattr(channel, "_health", None)
    if known is None:
        known = health_of(channel)
        channel._health = known  # type: ignore[attr-defined]  # of this request
    return known


def _shown(channel: LineChannel) -> dict[str, Any]:
    setup = LineSetup.objects.filter(channel=channel).first()
    status = setup.seen.get("test_status", 0) if setup else 0
    found = channels.checklist(channel)
    lines: list[Line] = [line_of(item, status=status) for item in found]
    health = health_of(channel)
    return {
        "title": channel.display_name or channel.channel_id,
        "subtitle": None,
        "show_save_and_add_another": False,
        "channel": channel,
        "lines": lines,
        "open_count": sum(not line.is_done for line in lines),
        "seen_at": setup.seen_at if setup else None,
        "ago": {
            "seen_at": ago(setup.seen_at if setup else None),
            "last_webhook_at": ago(health.last_webhook_at),
            "quota_at": ago(health.quota_at),
            "last_error_at": ago(health.last_error_at),
        },
        "address": webhook_address(channel.inbox),
        "has_other_address": any(
            line.check is Check.ADDRESS and line.state == "bad" for line in lines
        ),
        "health": health,
        "error_rate": None if health.error_rate is None else f"{health.error_rate:.1%}",
        "failure": failure_text(health.last_error) if health.last_error else "",
    }


def _connected(channel: LineChannel) -> str:
    return gettext("%(name)s is connected.") % {"name": channel.display_name or channel.channel_id}


def _place_error(form: forms.Form, error: Invalid, **places: str) -> None:
    """Put a refusal beside the field that it is about."""
    name = places.get(error.field or "", error.field or "")
    form.add_error(name if name in form.fields else None, error.detail)
