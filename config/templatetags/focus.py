"""Where the caret stands when a page of one form has been opened."""

from django import template
from django.forms import BaseForm, BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def focused(field: BoundField) -> SafeString:
    """Render the field so that its page begins in it; what its form has set stays."""
    return field.as_widget(attrs={**field.field.widget.attrs, "autofocus": True})


@register.filter
def wanting(form: BaseForm) -> str:
    """Return the name of the field where the person goes on.

    That is the first with an error, else the first that stands empty (a password is never shown
    again), else the first.
    """
    fields = form.visible_fields()
    wrong = [field.name for field in fields if field.errors]
    empty = [field.name for field in fields if form.is_bound and is_empty(field)]
    return next(iter([*wrong, *empty, *(field.name for field in fields)]), "")


def is_empty(field: BoundField) -> bool:
    widget = field.field.widget
    return not field.value() or getattr(widget, "render_value", True) is False
