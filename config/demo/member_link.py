"""How the demo shop links its members' accounts with LINE, as `docs/line.md` tells any site to."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from config.demo.identity import identity_of
from config.demo.members import MEMBERS, log_in
from config.demo.views import missing, page, shop_inbox, shop_policy
from config.demo.visit import keep, visit_of

WRONG = "メールアドレスまたはパスワードが正しくありません。"


# What the form leads to leads on to LINE, and the policy asks of both.
link_policy = partial(shop_policy, form_action=[settings.PUBLIC_URL, settings.LINE_ACCESS_BASE])


@require_http_methods(["GET", "POST"])
@link_policy
def link_member(request: HttpRequest) -> HttpResponseBase:
    """Log a member in if need be, then let them hand their signed identity to who asked."""
    to = request.GET.get("return_to", "")
    if not to.startswith(f"{settings.PUBLIC_URL}/line/link/"):
        return missing(request)  # to nobody else
    visit, error = visit_of(request), ""
    if request.method == "POST":
        found = log_in(request.POST.get("email", ""), request.POST.get("password", ""))
        visit.email, error = (found.email, "") if found else ("", WRONG)
    identity = identity_of(visit.member, shop_inbox())
    shown = {"to": to, "signed": identity, "error": error, "members": MEMBERS}
    response = page(request, "line", visit, **shown, status=422 if error else 200)
    keep(response, visit)
    return response
