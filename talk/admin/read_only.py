"""Tables that the admin shows and never changes: the actions are the only writers."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest

from talk.clearance import clearance_of
from talk.masking import FieldMask
from talk.models import Operator

Masked = Callable[[FieldMask, Any], Any]


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    show_full_result_count = False
    list_per_page = 50
    actions: tuple[str, ...] | None = None
    hidden: tuple[str, ...] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        fields = [each for each in self.model._meta.get_fields() if isinstance(each, Field)]
        return [field.name for field in fields if field.name not in self.hidden]


def own_mask(request: HttpRequest) -> FieldMask:
    """Return the mask of the administrator who asks."""
    assert isinstance(request.user, Operator)  # noqa: S101 - the admin lets in nobody else
    return clearance_of(request.user).mask


class MaskedAdmin(ReadOnlyAdmin):
    """Shows what the administrator's own mask lets through; `masked` has columns that it is for.

    What is masked cannot be found out by searching or filtering either.
    """

    masked: ClassVar[dict[str, Masked]] = {}

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        shown = self._shown(request)
        return [shown.get(str(name), name) for name in super().get_list_display(request)]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        shown = self._shown(request)
        return [shown.get(name, name) for name in super().get_fields(request, obj)]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        is_masked = lookup.split("__")[0] in self.masked
        return not is_masked and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]  # Django allows None

    def get_search_results(
        self, request: HttpRequest, found: QuerySet[Any], term: str
    ) -> tuple[QuerySet[Any], bool]:
        found, may_repeat = super().get_search_results(request, found, term)
        return self.findable(found, own_mask(request)) if term else found, may_repeat

    def findable(self, found: QuerySet[Any], mask: FieldMask) -> QuerySet[Any]:
        """Return the rows that may be found by what the mask is for."""
        return found

    def _shown(self, request: HttpRequest) -> dict[str, Callable[[Any], Any]]:
        mask = own_mask(request)
        return {name: self._column(name, show, mask) for name, show in self.masked.items()}

    def _column(self, name: str, show: Masked, mask: FieldMask) -> Callable[[Any], Any]:
        def column(row: Any) -> Any:
            return show(mask, row)

        column.__name__ = name
        column.short_description = self.model._meta.get_field(name).verbose_name  # type: ignore[attr-defined]
        return column
