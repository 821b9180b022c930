"""Rich menus: a picture with its checks, places to tap, a preview, and who has it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from customers.audit import Act
from integrations.line import menus as rules
from integrations.line.actions import menus
from integrations.line.actions.menus import MenuRefused
from integrations.line.admin.words import ago
from integrations.line.failures import failure_text
from integrations.line.menus import CUSTOM, LAYOUTS, BadPicture, Bounds, Doing, Fault, graphemes
from integrations.line.models import RichMenu, RichMenuArea
from talk.admin.audited import AuditedAdmin

SIDES = ("x", "y", "width", "height")
BOUNDS = r"\s*\d{1,4}(\s+\d{1,4}){3}\s*"
NOWHERE = "0 0 0 0"
FAULTS = {
    Fault.NO_PICTURE: _("This is not a PNG or JPEG picture, or it is damaged"),
    Fault.TOO_LARGE: _("The file has more than 1 MB"),
    Fault.TOO_NARROW: _("It is %(width)s pixels wide: at least 800"),
    Fault.TOO_WIDE: _("It is %(width)s pixels wide: at most 2500"),
    Fault.TOO_LOW: _("It is %(height)s pixels high: at least 250"),
    Fault.TOO_TALL: _("It is %(width)s × %(height)s: the width must be 1.45 times the height"),
}


class RichMenuForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    upload = forms.FileField(
        label=_("picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        help_text=_(
            "PNG or JPEG, at most 1 MB; 800 to 2500 pixels wide, at least 250 high, at least 1.45"
            " times as wide as high. 2500 × 1686 and 2500 × 843 are usual."
        ),
    )

    class Meta:
        model = RichMenu
        fields = ("channel", "name", "bar_text", "is_open", "layout")

    def clean_bar_text(self) -> str:
        text = str(self.cleaned_data["bar_text"])
        if graphemes(text) > rules.MOST_BAR_TEXT:
            raise ValidationError(_("At most 14 characters"))
        return text

    def clean_upload(self) -> "UploadedFile[bytes] | None":
        file: UploadedFile[bytes] | None = self.cleaned_data["upload"]
        if file is None:
            if not self.instance.picture:
                raise ValidationError(_("A rich menu needs a picture"))
            return None
        content = file.read(rules.LARGEST_BYTES + 1)
        try:
            found = rules.examine_picture(content)
        except BadPicture as error:
            size = {"width": error.width, "height": error.height}
            raise ValidationError(FAULTS[error.fault], params=size) from error
        self.instance.picture, self.instance.media_type = content, found.media_type
        self.instance.width, self.instance.height = found.width, found.height
        return file


class AreaForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    bounds = forms.RegexField(
        BOUNDS,
        label=_("place of your own"),
        required=False,
        widget=forms.TextInput(attrs={"size": 11, "placeholder": "0 0 1250 843"}),
        help_text=_("Left, top, width, height in pixels; only for that layout"),
    )

    class Meta:
        model = RichMenuArea
        fields = ("position", "doing", "label", "value", "question")
        widgets = {  # noqa: RUF012  # Django's own way
            "position": forms.NumberInput(attrs={"class": "line-position"}),
            "label": forms.TextInput(attrs={"size": 9}),
            "value": forms.TextInput(attrs={"size": 18}),
            "question": forms.TextInput(attrs={"size": 14}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sides = [getattr(self.instance, side) for side in SIDES]
        if None not in sides:
            self.fields["bounds"].initial = " ".join(str(side) for side in sides)

    def clean_bounds(self) -> str:
        """Keep the four sides in the row; nothing for what the layout places."""
        text = str(self.cleaned_data["bounds"])
        given: list[int | None] = [int(part) for part in text.split()]
        given = given or [None] * len(SIDES)
        for side, value in zip(SIDES, given, strict=True):
            setattr(self.instance, side, value)
        return text

    def clean_label(self) -> str:
        text = str(self.cleaned_data["label"])
        if graphemes(text) > rules.MOST_LABEL:
            raise ValidationError(_("At most 20 characters"))
        return text

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        doing, value = given.get("doing"), str(given.get("value") or "")
        if doing == Doing.URI and not rules.is_address(value):
            self.add_error("value", _("An address begins with https://, tel: or mailto:"))
        if doing == Doing.MESSAGE and not value:
            self.add_error("value", _("Say what is written"))
        if doing in (Doing.MESSAGE, Doing.ANSWER) and len(value) > rules.MOST_TEXT:
            self.add_error("value", _("At most 300 characters"))
        if doing in (Doing.ANSWER, Doing.DATE) and not given.get("question"):
            self.add_error("question", _("Say what is asked: it stands beside the customer"))
        return given


class AreaFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # not generic at run time
    def clean(self) -> None:
        super().clean()
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        if not kept:
            raise ValidationError(_("A rich menu needs a place to tap"))
        if self.instance.layout == CUSTOM:
            self._check_bounds(kept)
        elif len(kept) > len(LAYOUTS[self.instance.layout]):
            told = _("This layout has %(most)s places")
            raise ValidationError(told, params={"most": len(LAYOUTS[self.instance.layout])})

    def _check_bounds(self, kept: list[dict[str, Any]]) -> None:
        if len(kept) > rules.MOST_AREAS:
            raise ValidationError(_("At most 20 places"))
        for given in kept:
            bounds = Bounds(*(int(part) for part in (given.get("bounds") or NOWHERE).split()))
            if not rules.is_inside(bounds, self.instance.width or 0, self.instance.height or 0):
                told = _("Place %(position)s does not lie within the picture")
                raise ValidationError(told, params={"position": given.get("position")})


class AreaInline(admin.TabularInline):  # type: ignore[type-arg]  # not generic at run time
    model = RichMenuArea
    form = AreaForm
    formset = AreaFormSet
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
        """What customers see is taken back first."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not obj.line_id)

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
