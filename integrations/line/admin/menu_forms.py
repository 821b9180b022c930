"""What administrators draw up of a rich menu, checked as LINE would check it."""

from collections import Counter
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integrations.line import menus as rules
from integrations.line.menus import CUSTOM, LAYOUTS, BadPicture, Bounds, Doing, Fault, graphemes
from integrations.line.models import RichMenu, RichMenuArea

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
        widget=forms.FileInput(
            attrs={
                "accept": "image/png,image/jpeg",
                "data-most-bytes": rules.LARGEST_BYTES,
                "data-too-large": FAULTS[Fault.TOO_LARGE],
            }
        ),
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
            "value": forms.TextInput(attrs={"size": 15}),
            "question": forms.TextInput(attrs={"size": 11}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # the heads of the columns name them to eyes alone
            field.widget.attrs["aria-label"] = str(field.label)
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
            self.add_error("value", _("An address begins with https:// or tel:"))
        if doing == Doing.MESSAGE and not value:
            self.add_error("value", _("Say what is written"))
        if doing in (Doing.MESSAGE, Doing.ANSWER) and len(value) > rules.MOST_TEXT:
            self.add_error("value", _("At most 300 characters"))
        if doing in (Doing.ANSWER, Doing.DATE) and not given.get("question"):
            self.add_error("question", _("Say what is asked: it stands beside the customer"))
        return given


class AreaFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # not generic at run time
    def add_fields(self, form: Any, index: int | None) -> None:
        """Name the box to screen readers too."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = gettext("Delete?")

    def clean(self) -> None:
        super().clean()
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        if not kept:
            raise ValidationError(_("A rich menu needs a place to tap"))
        positions = Counter(given.get("position") for given in kept)
        if twice := [position for position, count in positions.items() if count > 1]:
            told = _("More than one place has the number %(position)s")
            raise ValidationError(told, params={"position": twice[0]})
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
