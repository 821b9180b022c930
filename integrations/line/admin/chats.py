"""Who is there in LINE, for looking up, and for giving somebody a rich menu of their own."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers import clock
from customers.audit import Act
from integrations.line.actions import menus, strangers
from integrations.line.failures import failure_text
from integrations.line.models import LineChat, RichMenu
from talk.admin.audited import AuditedAdmin
from talk.admin.read_only import ReadOnlyAdmin


class MenuChoice(ActionForm):
    menu = forms.ModelChoiceField(
        RichMenu.objects.exclude(line_id="").defer("picture"),
        label=_("rich menu"),
        required=False,
        empty_label=_("the one for everybody"),
    )


@admin.register(LineChat)
class LineChatAdmin(ReadOnlyAdmin, AuditedAdmin):
    """Names may be masked, so customers are called as everywhere in the administration."""

    act = Act.LINE_CHANGED
    list_display = ("customer", "account", "friend", "last_inbound_at", "own_menu")
    list_filter = ("channel", "friend")
    list_select_related = ("channel", "profile__customer", "menu_link__menu")
    search_fields = ("=profile__customer__id", "=profile__id")
    ordering = ("-last_inbound_at",)
    readonly_fields = ("customer", "account", "own_menu")
    actions = ("set_menu", "befriend")
    action_form = MenuChoice

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["customer", "account", "friend", "last_inbound_at", "own_menu"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LineChat]:
        return super().get_queryset(request).filter(chat_key__startswith="user:")

    @admin.action(description=_("Assign the rich menu"), permissions=["view"])
    def set_menu(self, request: HttpRequest, chosen: QuerySet[LineChat]) -> None:
        try:
            menu = MenuChoice.base_fields["menu"].clean(request.POST.get("menu", ""))
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return
        fitting = [chat for chat in chosen if menu is None or chat.channel_id == menu.channel_id]
        for chat in fitting:
            menus.link(chat, menu)
            self.log_change(request, chat, f"menu {menu.name if menu else '–'}")
        told = gettext("LINE is being told about %(count)s customers") % {"count": len(fitting)}
        self.message_user(request, told)
        if foreign := len(chosen) - len(fitting):
            told = gettext("%(count)s belong to another account") % {"count": foreign}
            self.message_user(request, told, messages.WARNING)

    @admin.action(description=_("Count as friends of the account"), permissions=["view"])
    def befriend(self, request: HttpRequest, chosen: QuerySet[LineChat]) -> None:
        """Who followed before the account was connected is a stranger to us, and not to LINE."""
        known = [chat for chat in chosen if strangers.befriend_one(chat.pk, clock.now())]
        for chat in known:
            self.log_change(request, chat, "friend")
        told = gettext("%(count)s customers count as friends now") % {"count": len(known)}
        self.message_user(request, told)
        if others := len(chosen) - len(known):
            told = gettext("Of %(count)s LINE has told us already") % {"count": others}
            self.message_user(request, told, messages.WARNING)

    @admin.display(description=_("customer"))
    def customer(self, chat: LineChat) -> str:
        return str(chat.profile.customer) if chat.profile else "–"

    @admin.display(description=_("LINE channel"), ordering="channel")
    def account(self, chat: LineChat) -> str:
        return str(chat.channel)

    @admin.display(description=_("menu of their own"))
    def own_menu(self, chat: LineChat) -> str:
        link = getattr(chat, "menu_link", None)
        if link is None or link.menu is None:
            return "–"
        if link.problem:
            told = {"menu": link.menu, "problem": failure_text(link.problem)}
            return gettext("%(menu)s (not yet: %(problem)s)") % told
        if link.applied_at is None:
            return gettext("%(menu)s (not yet)") % {"menu": link.menu}
        return str(link.menu)
