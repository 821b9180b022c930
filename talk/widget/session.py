"""Beginning: what a page's loader asks first, and how a browser becomes a visitor."""

from typing import Any, Literal

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from msgspec import Struct

from customers.actions import create_visitor_profile
from customers.client import ClientFacts, Consent, client_facts
from customers.ids import uuid7
from customers.ingest import record
from talk import clock
from talk.actions.access import issue_visitor_token, revoke_visitor_token
from talk.models import Inbox, Message
from talk.policy import Visitor
from talk.widget import limits
from talk.widget.addresses import network_of
from talk.widget.exchange import Exchange, PublicId
from talk.widget.ink import ink_on


class Page(Struct, frozen=True):
    url: str
    title: str = ""
    referrer: str = ""


class SessionRequest(Struct, frozen=True):
    """`look`: only show the inbox; do not make a visitor of one who has no token.

    `chat`: they want to write, whatever they think of tracking. `consent` is what the site has
    said; without it the inbox's own terms hold.

    The loader's tracker tells of pages by itself, with ids of its own; `page` is for clients
    that have none.
    """

    inbox: PublicId
    look: bool = False
    chat: bool = False
    consent: Literal["granted", "denied"] | None = None
    page: Page | None = None
    language: str = ""
    time_zone: str = ""
    screen: str = ""


class InboxLook(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a visitor sees of an inbox, and what its loader is to track.

    `ink` is the text colour that reads on `color`; `consent` is for visitors who have said nothing;
    `query` are the parameters that addresses keep; `errors` where the pages show errors.
    """

    name: str
    color: str
    ink: str
    greeting: str
    attachment_max_bytes: int
    attachments_per_message: int
    consent: str
    gpc: bool = True
    query: list[str]
    errors: list[str] = []
    shims: list[str] = []


class SessionAnswer(Struct, frozen=True, omit_defaults=True):
    """`token` only when it is new: it is not stored here, so it is never told again."""

    inbox: InboxLook
    token: str = ""
    profile_id: str = ""
    unread: int = 0


def begin_session(exchange: Exchange) -> SessionAnswer:
    asked = exchange.json(SessionRequest)
    inbox = exchange.inbox(asked.inbox)
    look = look_of(inbox)
    if exchange.token:
        visitor, token = exchange.visitor_of(inbox, exchange.token), ""
    elif asked.look or not (asked.chat or _may_track(asked, inbox)):
        return SessionAnswer(inbox=look)
    else:
        visitor, token = _new_visitor(exchange.request, inbox, asked.language)
    _note_client(exchange, visitor, asked, inbox)
    return SessionAnswer(
        inbox=look, token=token, profile_id=str(visitor.profile_id), unread=unread_count(visitor)
    )


def end_session(exchange: Exchange) -> HttpResponse:
    """End the token (`sobani('reset')`): a copy of it is worth nothing from now on."""
    _ = exchange.bearer  # whose it is, and from where it is ended
    revoke_visitor_token(exchange.token)
    return HttpResponse(status=204)


def look_of(inbox: Inbox) -> InboxLook:
    return InboxLook(
        name=inbox.name,
        color=inbox.color,
        ink=ink_on(inbox.color),
        greeting=inbox.greeting,
        attachment_max_bytes=inbox.attachment_max_bytes,
        attachments_per_message=inbox.attachments_per_message,
        consent=inbox.consent,
        gpc=inbox.honours_gpc,
        query=inbox.kept_parameters,
        errors=inbox.error_selectors if inbox.captures_errors else [],
        shims=inbox.shims,
    )


def _may_track(asked: SessionRequest, inbox: Inbox) -> bool:
    return (asked.consent or inbox.consent) == Inbox.Consent.GRANTED


def _consent(exchange: Exchange, asked: SessionRequest, inbox: Inbox) -> Consent:
    """Return what is known of the visitor's own will."""
    return "gpc" if exchange.opts_out(inbox) else asked.consent or ""


def unread_count(visitor: Visitor) -> int:
    """Return how many answers the visitor has not seen yet."""
    return Message.objects.filter(
        conversation__profile_id__in=visitor.profile_ids,
        conversation__inbox_id=visitor.inbox_id,
        sender__in=(Message.Sender.OPERATOR, Message.Sender.BOT),
        seq__gt=F("conversation__customer_read_seq"),
    ).count()


def _new_visitor(request: HttpRequest, inbox: Inbox, language: str) -> tuple[Visitor, str]:
    network = network_of(request)
    limits.spend(limits.NEW_TOKENS_AT_ONCE, "tokens", network)
    limits.spend(limits.NEW_TOKENS, "tokens", network)
    with transaction.atomic():
        profile = create_visitor_profile(locale=language[:16])
        token = issue_visitor_token(inbox, profile)
    return Visitor(profile.id, profile.customer_id, inbox.id), token


def _note_client(exchange: Exchange, visitor: Visitor, asked: SessionRequest, inbox: Inbox) -> None:
    """Of who only looks, nothing but a no is noted; of who has said no, no page."""
    consent = _consent(exchange, asked, inbox)
    if not asked.look:
        client = client_facts(
            exchange.request.headers,
            language=asked.language,
            time_zone=asked.time_zone,
            screen=asked.screen,
            consent=consent,
        )
        told = [] if consent in ("denied", "gpc") else _page_view(asked.page)
        listed = inbox.kept_parameters
        record(visitor.profile_id, told, client=client, listed=listed)
    elif consent:
        record(visitor.profile_id, [], client=ClientFacts(consent=consent))


def _page_view(page: Page | None) -> list[dict[str, Any]]:
    if page is None or not page.url:
        return []
    view = {"url": page.url, "title": page.title, "referrer": page.referrer}
    now = clock.now().isoformat()
    return [{"id": str(uuid7()), "kind": "page", "at": now, **view}]
