"""Fields of the admin's forms that people read otherwise than the database."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from talk.origins import DEFAULT_PORTS, normalized

COLOR = re.compile(r"^#[0-9a-fA-F]{6}\Z")
MOST_ORIGINS = 50
MOST_LINES = 50
MEGABYTE = 1024 * 1024


class LinesField(forms.CharField):
    """One text a line, each of the shape."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def __init__(self, *, shape: re.Pattern[str], **options: Any) -> None:
        super().__init__(**options)
        self.shape = shape

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        stripped = (line.strip() for line in str(value or "").splitlines())
        lines = list(dict.fromkeys(line for line in stripped if line))
        for line in lines:
            if not self.shape.fullmatch(line):
                raise ValidationError(_("%(line)s does not belong here"), params={"line": line})
        if len(lines) > MOST_LINES:
            raise ValidationError(_("At most %(most)s lines"), params={"most": MOST_LINES})
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


class OriginsField(forms.CharField):
    """One origin a line; kept as browsers write them: lower case, no default port."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in str(value or "").splitlines()]
        origins = list(dict.fromkeys(exact_origin(line) for line in lines if line))
        if len(origins) > MOST_ORIGINS:
            raise ValidationError(_("At most %(most)s origins"), params={"most": MOST_ORIGINS})
        return origins

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


def exact_origin(text: str) -> str:
    """Return the origin as a browser sends it; patterns and addresses with a path are refused."""
    known = normalized(text)
    if known is None or "*" in text:
        raise ValidationError(
            _("%(origin)s is not an exact origin such as https://shop.example:8443"),
            params={"origin": text},
        )
    parts = urlsplit(known)
    if parts.port == DEFAULT_PORTS[parts.scheme]:
        return known.rsplit(":", 1)[0]
    return known


class MegabytesField(forms.FloatField):
    """Asks for megabytes and keeps bytes."""

    def __init__(self, *, initial: int, most: int) -> None:
        super().__init__(
            label=_("largest attachment (MB)"),
            initial=initial,
            min_value=0.1,
            max_value=most / MEGABYTE,
            step_size=0.1,
        )

    def prepare_value(self, value: Any) -> Any:
        """Bytes come from the database as `int`; what was typed comes back as text."""
        return f"{value / MEGABYTE:.1f}".removesuffix(".0") if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        return round(super().clean(value) * MEGABYTE)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


def color_field(initial: str) -> forms.RegexField:
    picker = forms.TextInput(attrs={"type": "color"})
    return forms.RegexField(COLOR, label=_("colour"), initial=initial, widget=picker)
