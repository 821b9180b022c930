"""Tables that the admin shows and never changes: the actions are the only writers."""

from typing import Any

from django.contrib import admin
from django.db.models import Field, Model
from django.http import HttpRequest


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
