"""The operator's own account: its first page, and the sessions it is logged in with."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config.accounts.devices import device_name
from config.accounts.sessions import end_session
from talk.models import Operator


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "account/home.html")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """List the sessions; POST `session=<id>` ends that one, `session=others` all but this one."""
    assert isinstance(request.user, Operator)  # noqa: S101 - login_required saw to it
    if request.method == "POST":
        return _end_sessions(request, UserSession.objects.filter(user=request.user))
    rows = UserSession.objects.purge_and_list(request.user)
    rows.sort(key=lambda row: row.last_seen_at, reverse=True)
    for row in rows:
        row.device = device_name(row.user_agent)
    return render(request, "account/sessions.html", {"sessions": rows})


def _end_sessions(request: HttpRequest, own: QuerySet[UserSession]) -> HttpResponse:
    current = request.session.session_key
    wanted = request.POST.get("session", "")
    if wanted == "others":
        chosen = own.exclude(session_key=current)
    else:
        chosen = own.filter(pk=int(wanted)) if wanted.isdecimal() else own.none()
    ended = list(chosen)
    for session in ended:
        end_session(session)
    if any(session.session_key == current for session in ended):
        logout(request)
        return redirect("account_login")
    if ended:
        messages.success(request, _("The session has been ended."))
    return redirect("account_sessions")
