"""Pages that customers see on their way to LINE, and back out of it. No cookies but one of theirs.

They know nobody before LINE or a site's signature has said who it is; what they name is random.
"""

from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from integrations.line import crossings
from integrations.line.actions import account_link, crossing, login
from integrations.line.actions.account_link import NotOffered
from integrations.line.actions.health import note_error
from integrations.line.actions.login import LoggedIn, LoginFailed
from integrations.line.client import NoAnswer, NotSent
from integrations.line.models import AccountLink, Crossing, LineChat
from integrations.line.tokens import Unauthorised
from talk.errors import Throttled
from talk.identity_tokens import BadToken
from talk.widget import limits
from talk.widget.addresses import network_of

COOKIE: Final = "sobani_line"
COOKIE_SECONDS: Final = 3600
UNLINK_SALT: Final = "line.unlink"


@require_GET
def continue_in_line(request: HttpRequest, token: str) -> HttpResponse:
    """Say what is about to happen, and lead to LINE's log-in."""
    way = crossing.find(token)
    if way is None or not way.channel.login_channel_id:
        return _told(request, "over", status=404)
    browser = request.COOKIES.get(COOKIE) or login.new_browser_secret()
    proof = login.proof_for(browser, token)
    address = crossings.login_address(
        settings.LINE_ACCESS_BASE,
        channel_id=way.channel.login_channel_id,
        back=_back(),
        proof=proof,
        challenge=login.challenge_of(proof.verifier),
    )
    response = _page(request, "line/continue.html", way=way, address=address)
    response.set_cookie(
        COOKIE,
        browser,
        max_age=COOKIE_SECONDS,
        path="/line/",
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_GET
def finish_login(request: HttpRequest) -> HttpResponse:
    """LINE sends them back here with who they are."""
    try:
        way, proved = _logged_in(request)
    except LoginFailed as error:
        return _told(request, error.code, status=400)
    crossed = crossing.cross(way, proved)
    if crossed.state not in (Crossing.State.DONE, Crossing.State.JOINED):
        is_conflict = crossed.state == Crossing.State.CONFLICT
        return _told(request, "conflict" if is_conflict else "over", status=409)
    link = AccountLink.objects.filter(chat=crossed.chat_id, ended_at=None).first()
    return _page(
        request,
        "line/linked.html",
        name=way.channel.inbox.name,
        is_reached=crossed.state == Crossing.State.DONE,
        has_conversation=crossed.conversation_id is not None,
        chat_address=crossings.friend_address(settings.LINE_APP_BASE, way.channel.basic_id),
        unlink=unlink_address(link) if link else "",
    )


@csrf_exempt  # the site's form brings a signature, and no cookie of ours counts
@require_http_methods(["GET", "POST"])
def link_account(request: HttpRequest, signed: str) -> HttpResponse:
    """GET: explain, and lead to the site's log-in. POST: the site has signed who it is."""
    chat = account_link.chat_of_page(signed)
    site = account_link.site_of(chat.channel) if chat else None
    if chat is None or site is None:
        return _told(request, "over", status=404)
    if request.method == "POST":
        return _begin_link(request, chat)
    return _page(
        request,
        "line/link.html",
        name=chat.channel.inbox.name,
        login_address=_with_return(site[1], request),
    )


@require_http_methods(["GET", "POST"])
def unlink_account(request: HttpRequest, signed: str) -> HttpResponse:
    """Ask once more, then part the two."""
    try:
        id = signing.loads(signed, salt=UNLINK_SALT)
    except signing.BadSignature:
        return _told(request, "over", status=404)
    link = AccountLink.objects.select_related("chat__channel__inbox").filter(pk=id).first()
    if link is None or link.ended_at is not None:
        return _told(request, "unlinked")
    if request.method == "POST":
        account_link.unlink(link.chat)
        return _told(request, "unlinked")
    return _page(request, "line/unlink.html", name=link.chat.channel.inbox.name)


def unlink_address(link: AccountLink) -> str:
    """Return the page that ends a link, for as long as there is one."""
    signed = signing.dumps(str(link.pk), salt=UNLINK_SALT)
    return settings.PUBLIC_URL + reverse("line_unlink", args=[signed])


def _logged_in(request: HttpRequest) -> tuple[Crossing, LoggedIn]:
    browser, state = request.COOKIES.get(COOKIE, ""), request.GET.get("state", "")
    token = login.token_of_state(browser, state)
    if request.GET.get("error"):
        raise LoginFailed("cancelled")
    way = crossing.find(token)
    if way is None:
        raise LoginFailed("over")
    code = request.GET.get("code", "")
    proof = login.proof_for(browser, token)
    try:
        return way, login.logged_in(way.channel, code=code, back=_back(), proof=proof)
    except LoginFailed as error:
        if error.code in ("refused", "setup"):
            note_error(way.channel_id, f"login_{error.code}")
        raise


def _begin_link(request: HttpRequest, chat: LineChat) -> HttpResponse:
    try:
        limits.spend(limits.NEW_TOKENS_AT_ONCE, "line link", network_of(request))
        to = account_link.begin(chat, identity=request.POST.get("identity", ""))
    except BadToken:
        return _told(request, "unsigned", status=401)
    except Throttled:
        return _told(request, "busy", status=429)
    except NotOffered:
        return _told(request, "over", status=404)
    except (Unauthorised, NotSent, NoAnswer):
        return _told(request, "unreachable", status=502)
    return HttpResponseRedirect(to)


def _with_return(address: str, request: HttpRequest) -> str:
    """Return the site's page, with where it is to send the signed identity."""
    back = settings.PUBLIC_URL + request.get_full_path()
    parts = urlsplit(address)
    query = "&".join(filter(None, (parts.query, urlencode({"return_to": back}))))
    return parts._replace(query=query).geturl()


def _back() -> str:
    return settings.PUBLIC_URL + reverse("line_login")


def _told(request: HttpRequest, code: str, *, status: int = 200) -> HttpResponse:
    return _page(request, "line/told.html", status=status, code=code)


def _page(request: HttpRequest, template: str, *, status: int = 200, **shown: Any) -> HttpResponse:
    response = render(request, template, shown, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
