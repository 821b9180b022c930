"""Pages of the demo shop: a small site that has the widget on it, as anybody's site would."""

import secrets
from collections.abc import Callable
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from config.demo import catalogue
from config.demo.address import own_origin
from config.demo.identity import identity_of
from config.demo.members import MEMBERS, log_in
from config.demo.questions import QUESTIONS, search_questions
from config.demo.visit import Visit, keep, visit_of
from talk.models import Inbox
from talk.origins import is_among, normalized

LONGEST_SEARCH = 60
MOST_AT_THE_DOOR = 10_000
MEMBER_PAGES = {
    "orders": "注文履歴",
    "points": "ポイント",
    "subscription": "定期便",
    "address": "お届け先の変更",
}

CHOSEN = ("sencha-asatsuyu", "mug-indigo", "tea-box", "bento-box", "rice-cookies", "glass-pot")

View = Callable[..., HttpResponseBase]


def shop_policy(view: View, **further: list[str]) -> View:
    """Allow what `docs/widget.md` asks of every site that has the widget, and `further`."""
    named = {name.replace("_", "-"): values for name, values in further.items()}
    origin = [settings.PUBLIC_URL]
    widget = {"script-src": origin, "connect-src": origin, "frame-src": origin}
    return csp_update({**widget, **named})(view)


def page(
    request: HttpRequest, name: str, visit: Visit | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    visit = visit or visit_of(request)
    news = visit.take_news()
    inbox = shop_inbox()
    shown = {
        "visit": visit,
        "news": [*more.pop("news", []), *news],
        "inbox": inbox,
        "identity": identity_of(visit.member, inbox),
        "public_url": settings.PUBLIC_URL,
        "is_elsewhere": not _is_public_address(request),
        "categories": catalogue.CATEGORIES,
        **more,
    }
    response = render(request, f"demo/{name}.html", shown, status=status)
    if news:
        keep(response, visit)
    return response


def shop_inbox() -> Inbox | None:
    """Return the first web inbox that may be used on this site; None before `manage.py demo`."""
    inboxes = Inbox.objects.filter(kind=Inbox.Kind.WEB, is_active=True).order_by("created_at")
    return next((each for each in inboxes if is_among(own_origin(), each.allowed_origins)), None)


@require_safe
@shop_policy
def home(request: HttpRequest) -> HttpResponse:
    return page(request, "home", items=[catalogue.BY_SLUG[slug] for slug in CHOSEN])


@require_safe
@shop_policy
def item_list(request: HttpRequest) -> HttpResponse:
    category = request.GET.get("category", "")
    title = catalogue.CATEGORIES.get(category, "すべての商品")
    items = catalogue.items_of(category)
    return page(request, "items", items=items, title=title, category=category)


@require_safe
@shop_policy
def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    items = catalogue.search_items(words) if words else []
    news = [("search", {"q": words, "hits": len(items)})] if words else []
    title = f"「{words}」の検索結果" if words else "商品を探す"
    return page(request, "items", items=items, title=title, words=words, news=news)


@require_safe
@shop_policy
def item(request: HttpRequest, slug: str) -> HttpResponseBase:
    found = catalogue.BY_SLUG.get(slug)
    if found is None:
        return missing(request)
    seen = {
        "item_id": found.slug,
        "name": found.name,
        "price": found.price,
        "category": found.category,
    }
    like = [other for other in catalogue.items_of(found.category) if other is not found][:4]
    return page(request, "item", item=found, like=like, news=[("item_view", seen)])


@require_safe
@shop_policy
def cart(request: HttpRequest) -> HttpResponse:
    return page(request, "cart")


@require_POST
def change_cart(request: HttpRequest, slug: str) -> HttpResponse:
    """Add `add` of an item to the cart, or set it to `quantity`."""
    visit = visit_of(request)
    added = _whole(request.POST.get("add", ""))
    wanted = _whole(request.POST.get("quantity", "")) if not added else 0
    visit.set_quantity(slug, visit.cart.get(slug, 0) + added if added else wanted)
    return _go("demo_cart", visit)


@require_safe
@shop_policy
def payment(request: HttpRequest) -> HttpResponse:
    visit = visit_of(request)
    return page(request, "payment", visit) if visit.cart else redirect("demo_cart")


@require_POST
@shop_policy
def place_order(request: HttpRequest) -> HttpResponse:
    """Pretend to sell; nothing is paid and nothing is sent."""
    visit = visit_of(request)
    if not visit.cart:
        return redirect("demo_cart")
    if request.POST.get("way") == "door" and visit.total > MOST_AT_THE_DOOR:
        return page(request, "payment", visit, failed=True, most=MOST_AT_THE_DOOR, status=422)
    visit.place_order(f"Y{secrets.randbelow(900_000) + 100_000}")
    return _go("demo_complete", visit)


@require_safe
@shop_policy
def complete(request: HttpRequest) -> HttpResponse:
    visit = visit_of(request)
    return page(request, "complete", visit) if visit.order else redirect("demo_cart")


@shop_policy
def login(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return page(request, "login", members=MEMBERS)
    email = request.POST.get("email", "")
    member = log_in(email, request.POST.get("password", ""))
    if member is None:
        error = "メールアドレスまたはパスワードが正しくありません。"
        news = [("error", {"kind": "login_failed", "message": error, "selector": ".error"})]
        response = page(request, "login", members=MEMBERS, error=error, email=email, news=news)
        response.status_code = 422
        return response
    visit = visit_of(request)
    visit.email = member.email
    visit.news = ["login"]
    return _go("demo_mypage", visit)


@require_safe
@shop_policy
def reset_password(request: HttpRequest) -> HttpResponse:
    return page(request, "reset")


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    visit = visit_of(request)
    visit.email = ""
    visit.news = ["logout"]
    return _go("demo_home", visit)


@require_safe
@shop_policy
def faq(request: HttpRequest) -> HttpResponse:
    """All questions, or those with the words; what was not found is told as well."""
    words = request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    found = search_questions(words) if words else QUESTIONS
    news = [("faq_search", {"q": words, "hits": len(found)})] if words else []
    return page(request, "faq", questions=found, asked=words, news=news)


@require_safe
@shop_policy
def mypage(request: HttpRequest, section: str = "") -> HttpResponseBase:
    if section and section not in MEMBER_PAGES:
        return missing(request)
    visit = visit_of(request)
    if visit.member is None:
        return redirect("demo_login")
    title = MEMBER_PAGES.get(section, "マイページ")
    return page(request, "mypage", visit, section=section, title=title, sections=MEMBER_PAGES)


@require_safe
@shop_policy
def missing(request: HttpRequest, path: str = "") -> HttpResponse:
    """Answer every address that is none of the shop's, as a shop would."""
    items = [catalogue.BY_SLUG[slug] for slug in CHOSEN[:4]]
    response = page(request, "missing", items=items)
    response.status_code = 404
    return response


def _go(name: str, visit: Visit) -> HttpResponse:
    response = redirect(reverse(name))
    keep(response, visit)
    return response


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _is_public_address(request: HttpRequest) -> bool:
    here = f"{request.scheme}://{request.get_host()}"
    return normalized(here) == normalized(own_origin())
