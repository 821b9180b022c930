"""A customer's sidebar as an operator sees it, drawn by the console's own pane."""

import dataclasses
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from msgspec import Struct

from customers import audit
from customers.audit import Act
from talk import queries
from talk.admin.audited import actor_of
from talk.console import STYLES
from talk.errors import NotFound
from talk.masking import DEFAULT_CLASSES, FieldMask
from talk.models import Conversation, Operator
from talk.policy import Actor, actor_of_operator
from talk.queries.beside import beside
from talk.queries.sidebars import Sidebar, sidebar_of
from talk.rows import ContextRow, ConversationRow, InboxRow, LabelRow, MarksRow, PastRow
from talk.veils import NAME, SEGMENTS

MOST_OFFERED = 50


class Shown(Struct, frozen=True):
    """All that the pane draws."""

    row: ConversationRow
    sidebar: Sidebar
    context: ContextRow | None
    marks: MarksRow | None
    labels: list[LabelRow]
    past: list[PastRow]
    past_count: int
    inboxes: list[InboxRow]


def preview(request: HttpRequest) -> HttpResponse:
    """Serve the page; values that the administrator may not see stay masked for them as well."""
    operator = _chosen(Operator.objects.filter(is_active=True), request.GET.get("operator"))
    conversation = _conversation(request.GET)
    shown, is_foreign, masked = None, False, frozenset[str]()
    if operator and conversation:
        actor, own = actor_of_operator(operator), actor_of(request).mask
        try:
            shown = _shown(_narrowed(actor, own), conversation, actor_of(request))
            masked = _masked_for(own, actor.mask)
        except NotFound:
            is_foreign = True
    page = {
        **admin.site.each_context(request),
        "operators": Operator.objects.filter(is_active=True).order_by("name"),
        "conversations": _offered(conversation, actor_of(request).mask),
        "operator": operator,
        "conversation": conversation,
        "shown": msgspec.to_builtins(shown) if shown else None,
        "tried": shown.sidebar.tried if shown else [],
        "is_foreign": is_foreign,
        "is_narrowed": bool(masked),
        "has_other_layouts": SEGMENTS in masked,
        "styles": [f"console/css/{name}.css" for name in STYLES],
    }
    return render(request, "admin/talk/sidebarlayout/preview.html", page)


def _narrowed(actor: Actor, own: FieldMask) -> Actor:
    return dataclasses.replace(actor, mask=actor.mask.narrowed(own))


def _masked_for(own: FieldMask, theirs: FieldMask) -> frozenset[str]:
    """Return keys that the operator sees and the administrator does not."""
    keys = {*theirs.classes, *DEFAULT_CLASSES, SEGMENTS}
    return frozenset(key for key in keys if theirs.shows(key) and not own.shows(key))


@transaction.atomic
def _shown(actor: Actor, conversation: Conversation, asker: Actor) -> Shown:
    row = queries.conversation_row(actor, conversation.id)
    audit.record(
        asker.who,
        Act.CUSTOMER_SEEN,
        customer_id=row.customer_id,
        conversation_id=row.id,
        what={"preview_as": str(actor.operator_id)},
    )
    told = beside(actor, row.customer_id)
    return Shown(
        row=row,
        sidebar=sidebar_of(actor, row.id),
        context=told.context,
        marks=told.marks,
        labels=queries.labels(actor),
        past=told.past,
        past_count=told.past_count,
        inboxes=queries.inboxes(actor),
    )


def _conversation(asked: Any) -> Conversation | None:
    """Return the named conversation, or the newest of the named customer."""
    everything = Conversation.objects.select_related("customer", "inbox")
    customer_id = _uuid(asked.get("customer"))
    if customer_id:
        return everything.filter(customer_id=customer_id).order_by("-last_at").first()
    found: Conversation | None = _chosen(everything, asked.get("conversation"))
    return found


def _offered(chosen: Conversation | None, mask: FieldMask) -> list[tuple[Conversation, str]]:
    """Return the newest conversations, each with what its customer is called here."""
    newest = Conversation.objects.select_related("customer", "inbox").order_by("-last_at")
    offered = list(newest[:MOST_OFFERED])
    if chosen is not None and chosen not in offered:
        offered.insert(0, chosen)
    return [(one, mask.text(NAME, one.customer.name) or str(one.customer)) for one in offered]


def _chosen(among: "QuerySet[Any]", id: str | None) -> Any:
    known = _uuid(id)
    return among.filter(id=known).first() if known else None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
