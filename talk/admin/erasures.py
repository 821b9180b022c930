"""Receipts of erasures, and the identifiers that are kept from coming back."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db import transaction
from django.db.models import QuerySet
from django.forms import CharField
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Erasure, Suppression
from customers.suppression import lift
from talk.admin.audited import who_asks
from talk.admin.read_only import ReadOnlyAdmin


class ReasonForm(ActionForm):
    """What is done here cannot be explained by itself: the reason is kept in the audit."""

    reason = CharField(label=_("reason"), required=False, max_length=500)


def reason_of(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:500]


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    list_display = ("requested_at", "customer_id", "actor_name", "reason", "done_at", "counts")
    search_fields = ("=id", "=customer_id", "actor_name", "reason")
    ordering = ("-requested_at",)


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "erasure", "lifted_at", "lifted_by")
    list_filter = ("kind",)
    list_select_related = ("erasure",)
    search_fields = ("=erasure__id", "=erasure__customer_id")
    hidden = ("digest",)
    actions = ("lift",)
    action_form = ReasonForm

    @admin.action(description=_("Let other sources tell of them again"), permissions=["view"])
    @transaction.atomic
    def lift(self, request: HttpRequest, chosen: QuerySet[Suppression]) -> None:
        reason = reason_of(request)
        if not reason:
            self.message_user(request, gettext("Give a reason"), messages.ERROR)
            return
        for suppression in chosen:
            lift(suppression, who_asks(request), reason=reason)
        self.message_user(request, gettext("The suppressions have been lifted"))
