"""Rich menus: a picture with its checks, places to tap, a preview, and who has it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from customers.audit import Act
from integrations.line.actions import menus
from integrations.line.actions.menus import MenuRefused
from integrations.line.admin.menu_forms import AreaForm, AreaFormSet, RichMenuForm
from integrations.line.admin.words import ago
from integrations.line.failures import failure_text
from integrations.line.menus import Bounds
from integrations.line.models import RichMenu, RichMenuArea
from talk.admin.audited import AuditedAdmin


class AreaInline(admin.TabularInline):  # type: ignore[type-arg]  # not generic at run time
    model = RichMenuArea
    form = AreaForm
    formset = AreaFormSet
    template = "admin/line/areas.html"
    ordering = ("position",)

    def get_extra(self, request: HttpRequest, obj: RichMenu | None = None, **_: Any) -> int:
        return 1 if obj else 6


@admin.register(RichMenu)
class RichMenuAdmin(AuditedAdmin):
    act = Act.LINE_CHANGED
    form = RichMenuForm
    inlines = (AreaInline,)
    list_display = ("name", "channel", "bar_text", "shown_to", "published_at")
    list_select_related = ("channel",)
    fields = ("channel", "name", "bar_text", "is_open", "upload", "layout")
    change_form_template = "admin/line/menu.html"

    class Media:
        js = ("admin_files/limits.js",)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<uuid:id>/picture/",
                wrap(require_safe(self.picture_view)),
                name="line_richmenu_picture",
            ),
            path(
                "<uuid:id>/publish/",
                wrap(require_POST(self.publish_view)),
                name="line_richmenu_publish",
            ),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RichMenu]:
        found: QuerySet[RichMenu] = super().get_queryset(request).defer("picture")
        return found.annotate(linked=Count("links"))

    def get_readonly_fields(
        self, request: HttpRequest, obj: RichMenu | None = None
    ) -> tuple[str, ...]:
        return ("channel",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: RichMenu | None = None) -> bool:
        """What customers see is taken back first, and what LINE still has of it."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not (obj.line_id or obj.tidy_at))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}  # they would delete what customers see

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        menu = self.get_object(request, object_id)
        more = _shown(menu) if menu is not None else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def picture_view(self, request: HttpRequest, id: Any) -> HttpResponse:
        menu = get_object_or_404(RichMenu, pk=id)
        if not self.has_view_permission(request, menu):
            raise PermissionDenied
        return HttpResponse(bytes(menu.picture), content_type=menu.media_type)

    def publish_view(self, request: HttpRequest, id: Any) -> HttpResponse:
        """Publish it, make it the one for everybody, end that, or take it back."""
        menu = get_object_or_404(RichMenu.objects.select_related("channel"), pk=id)
        if not self.has_change_permission(request, menu):
            raise PermissionDenied
        how = request.POST.get("how", "publish")
        try:
            _carry_out(menu, how)
        except MenuRefused as error:
            told = [failure_text(error.code), error.detail]
            self.message_user(request, " ".join(filter(None, told)), messages.ERROR)
        else:
            with transaction.atomic():
                self.log_change(request, menu, how)
            self.message_user(request, gettext("LINE has been told."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:line_richmenu_change", args=[menu.pk]))

    def what_of(self, obj: RichMenu) -> dict[str, Any]:
        return {"menu": obj.name}

    @admin.display(description=_("who sees it"))
    def shown_to(self, menu: RichMenu) -> str:
        if not menu.line_id:
            return gettext("Nobody: not published")
        linked: int = menu.linked  # type: ignore[attr-defined]  # annotated above
        if menu.is_default:
            return gettext("Everybody")
        return gettext("%(count)s customers") % {"count": linked}


def _carry_out(menu: RichMenu, how: str) -> None:
    match how:
        case "default":
            menus.make_default(menu)
        case "end_default":
            menus.end_default(menu.channel)
        case "take_back":
            menus.take_back(menu)
        case _:
            menus.publish(menu)


def _shown(menu: RichMenu) -> dict[str, Any]:
    areas = menus.areas_of(menu)
    is_changed = menu.published_at is not None and menu.changed_at > menu.published_at
    return {
        "menu": menu,
        "title": menu.name,
        "subtitle": None,
        "show_save_and_add_another": False,
        "published": ago(menu.published_at),
        "areas": [(number, area) for number, area in enumerate(areas, 1)],
        "marks": [_mark(number, area.bounds, menu.width) for number, area in enumerate(areas, 1)],
        "is_changed": is_changed,
        "problem": failure_text(menu.problem) if menu.problem else "",
        "linked_count": menu.links.count(),
    }


def _mark(number: int, bounds: Bounds, width: int) -> dict[str, int]:
    """Return where an area's number stands in the preview, in pixels of the picture."""
    radius = width // 36
    return {
        "number": number,
        "x": bounds.x + radius + width // 60,
        "y": bounds.y + radius + width // 60,
        "radius": radius,
        "size": round(radius * 1.2),
    }
