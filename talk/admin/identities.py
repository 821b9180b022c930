"""Who is who: identifiers, claims, conflicts and merges are shown; a merge can be undone here."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.actions.by_hand import part_customers
from customers.actions.merges import MergeRefused
from customers.identifiers import Kind
from customers.models import (
    BlockedIdentifier,
    Claim,
    Identity,
    IdentityConflict,
    MergeLog,
    Trait,
)
from talk.admin.audited import who_asks
from talk.admin.erasures import ReasonForm, reason_of
from talk.admin.read_only import MaskedAdmin
from talk.masking import FieldMask


def findable_identifiers(found: QuerySet[Any], mask: FieldMask) -> QuerySet[Any]:
    return found.exclude(kind__in=[kind for kind in Kind if not mask.shows(kind)])


def shown_identifier(mask: FieldMask, row: Identity | Claim | IdentityConflict) -> str:
    return mask.text(row.kind, row.value)


@admin.register(Identity)
class IdentityAdmin(MaskedAdmin):
    masked = {"value": shown_identifier}  # noqa: RUF012  # typed as such by its base
    list_display = ("kind", "value", "profile", "verified_by", "verified_at")
    list_filter = ("kind", "verified_by")
    list_select_related = ("profile",)
    search_fields = ("=value_norm", "=value", "=profile__id", "=profile__customer__id")
    hidden = ("value_norm",)
    ordering = ("-id",)

    def findable(self, found: QuerySet[Any], mask: FieldMask) -> QuerySet[Any]:
        return findable_identifiers(found, mask)


@admin.register(Claim)
class ClaimAdmin(MaskedAdmin):
    masked = {"value": shown_identifier}  # noqa: RUF012  # typed as such by its base
    list_display = ("kind", "value", "profile", "claimed_at")
    list_filter = ("kind",)
    list_select_related = ("profile",)
    search_fields = ("=value_norm", "=value", "=profile__id", "=profile__customer__id")
    hidden = ("value_norm",)
    ordering = ("-id",)

    def findable(self, found: QuerySet[Any], mask: FieldMask) -> QuerySet[Any]:
        return findable_identifiers(found, mask)


@admin.register(IdentityConflict)
class IdentityConflictAdmin(MaskedAdmin):
    masked = {"value": shown_identifier}  # noqa: RUF012  # typed as such by its base
    list_display = ("kind", "value", "profile", "other", "reason", "created_at")
    list_filter = ("reason", "kind")
    list_select_related = ("profile", "other")
    search_fields = ("=value", "=profile__id", "=other__id")

    def findable(self, found: QuerySet[Any], mask: FieldMask) -> QuerySet[Any]:
        return findable_identifiers(found, mask)


@admin.register(Trait)
class TraitAdmin(MaskedAdmin):
    masked = {  # noqa: RUF012  # typed as such by its base
        "value": lambda mask, trait: mask.value(trait.key, trait.value)
    }
    hidden = ("told_at",)
    list_display = ("key", "value", "source", "profile", "changed_at", "synced_at")
    list_filter = ("source",)
    list_select_related = ("profile",)
    search_fields = ("=key", "=profile__id", "=profile__customer__id")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Trait]:
        """Of what was forgotten only the time is kept."""
        return super().get_queryset(request).filter(value__isnull=False)


@admin.register(BlockedIdentifier)
class BlockedIdentifierAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    list_display = ("value", "note", "created_at")
    search_fields = ("value", "note")

    def get_readonly_fields(
        self, request: HttpRequest, obj: BlockedIdentifier | None = None
    ) -> tuple[str, ...]:
        return ("value",) if obj else ()  # it is the key: another value is another row


def shown_evidence(mask: FieldMask, merge: MergeLog) -> Any:
    evidence = dict(merge.evidence)
    if "value" in evidence:
        evidence["value"] = mask.text(str(evidence.get("kind")), evidence["value"])
    return evidence


def shown_reason(_mask: FieldMask, merge: MergeLog) -> Any:
    return merge.reason_text


@admin.register(MergeLog)
class MergeLogAdmin(MaskedAdmin):
    masked = {  # noqa: RUF012  # typed as such by its base
        "evidence": shown_evidence,
        "reason": shown_reason,
    }
    list_display = ("created_at", "winner", "loser", "reason", "actor", "undone_at", "undone_by")
    list_select_related = ("winner", "loser")
    search_fields = ("=winner__id", "=loser__id")
    hidden = ("before", "kept_since")
    actions = ("undo",)
    action_form = ReasonForm

    def has_undo_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(self.has_view_permission(request, obj))

    @admin.action(description=_("Undo the chosen merges"), permissions=["undo"])
    def undo(self, request: HttpRequest, chosen: QuerySet[MergeLog]) -> None:
        """The newest first: a later merge contains an earlier one."""
        for merge in chosen.order_by("-created_at"):
            try:
                part_customers(who_asks(request), merge.id, reason=reason_of(request))
            except MergeRefused as refused:
                self.message_user(request, f"{merge}: {refused}", messages.ERROR)
            else:
                self.log_change(request, merge, "undone")
                done = gettext("%(merge)s has been undone") % {"merge": merge}
                self.message_user(request, done)
