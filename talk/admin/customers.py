"""Customers, only shown; one of them can be given out or erased, for a reason."""

from typing import Any

import msgspec
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Context, Customer, Profile
from customers.traits import Known
from talk.actions import customers as actions
from talk.admin.erasures import ReasonForm, reason_of
from talk.admin.read_only import MaskedAdmin, ReadOnlyAdmin, own_mask
from talk.downloads import FileResponse
from talk.exporting import MEDIA_TYPES, Format
from talk.masking import FieldMask
from talk.models import Operator
from talk.policy import Actor, actor_of_operator
from talk.veils import NAME, veiled


def shown_traits(mask: FieldMask, customer: Customer) -> Any:
    traits = msgspec.convert(customer.traits, dict[str, Known])
    return msgspec.to_builtins({key: mask.trait(key, known) for key, known in traits.items()})


@admin.register(Customer)
class CustomerAdmin(MaskedAdmin):
    list_display = ("id", "name", "locale", "created_at", "erased_at")
    ordering = ("-id",)
    masked = {  # noqa: RUF012  # typed as such by its base
        "name": lambda mask, customer: mask.text(NAME, customer.name),
        "traits": shown_traits,
    }
    actions = ("export_json", "export_csv", "erase")
    action_form = ReasonForm

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return ("=id", "name") if own_mask(request).shows(NAME) else ("=id",)

    @admin.action(description=_("Export as JSON"), permissions=["view"])
    def export_json(self, request: HttpRequest, chosen: QuerySet[Customer]) -> FileResponse | None:
        return self._export(request, chosen, "json")

    @admin.action(description=_("Export as CSV"), permissions=["view"])
    def export_csv(self, request: HttpRequest, chosen: QuerySet[Customer]) -> FileResponse | None:
        return self._export(request, chosen, "csv")

    @admin.action(description=_("Erase for good"), permissions=["view"])
    def erase(self, request: HttpRequest, chosen: QuerySet[Customer]) -> None:
        if not self._is_clear(request, chosen):
            return
        receipt = actions.erase(_actor(request), chosen.get().id, reason=reason_of(request))
        done = gettext("The customer is being erased. Receipt: %(receipt)s") % {"receipt": receipt}
        self.message_user(request, done)

    def _export(
        self, request: HttpRequest, chosen: QuerySet[Customer], form: Format
    ) -> FileResponse | None:
        if not self._is_clear(request, chosen):
            return None
        file = actions.export(
            _actor(request), chosen.get().id, form=form, reason=reason_of(request)
        )
        return FileResponse(file.content, name=file.name, media_type=MEDIA_TYPES[form])

    def _is_clear(self, request: HttpRequest, chosen: QuerySet[Customer]) -> bool:
        """One customer at a time, and why."""
        if chosen.count() == 1 and reason_of(request):
            return True
        told = gettext("Choose one customer and give a reason")
        self.message_user(request, told, messages.ERROR)
        return False


@admin.register(Profile)
class ProfileAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "customer", "created_at")
    list_filter = ("kind",)
    list_select_related = ("customer",)
    search_fields = ("=id", "=customer__id")
    hidden = ("facts", "facts_at", "consent_at")  # the context shows them, masked
    ordering = ("-id",)


@admin.register(Context)
class ContextAdmin(MaskedAdmin):
    masked = {  # noqa: RUF012  # typed as such by its base
        "data": lambda mask, context: veiled(context.data, mask.veil),
    }
    hidden = ("kept_since",)
    list_display = ("customer", "version", "updated_at")
    list_select_related = ("customer",)
    search_fields = ("=customer__id",)
    ordering = ("-updated_at",)


def _actor(request: HttpRequest) -> Actor:
    operator = request.user
    assert isinstance(operator, Operator)  # noqa: S101  # the admin lets nobody else in
    return actor_of_operator(operator, ip=request.META.get("REMOTE_ADDR") or "")
