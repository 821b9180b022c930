"""Where the caret stands when a page of one form has been opened."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def focused(field: BoundField) -> SafeString:
    """Render the field so that its page begins in it; what its form has set stays."""
    return field.as_widget(attrs={**field.field.widget.attrs, "autofocus": True})
