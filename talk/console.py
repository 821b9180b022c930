"""The operators' console: one page, whose modules do the rest over REST and the socket."""

from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

# In the order of their layers; each file is one component's.
STYLES: Final = (
    "layers", "reset", "tokens", "base",
    "components/shell", "components/nav", "components/list", "components/thread",
    "components/message", "components/note", "components/composer", "components/pane",
    "components/avatar", "components/button", "components/popover", "components/banner",
    "components/chip", "components/file", "components/empty", "components/toast",
    "components/sheet", "utilities",
)  # fmt: skip
STATIC: Final = Path(__file__).resolve().parent / "static"
# All of them, so that the browser need not find one import after the other.
MODULES: Final = (
    "vendor/lit.js",
    *sorted(
        file.relative_to(STATIC).as_posix()
        for file in (STATIC / "console").rglob("*.js")
        if file.name != "theme.js"
    ),
)


@require_safe
@never_cache
@login_required
@ensure_csrf_cookie
def console(request: HttpRequest, conversation_id: UUID | None = None) -> HttpResponse:
    """Serve the shell, the same for every address: what is shown is decided in the browser."""
    shell: dict[str, Any] = {
        "styles": [f"console/css/{name}.css" for name in STYLES],
        "modules": MODULES,
        "language_cookie": settings.LANGUAGE_COOKIE_NAME,
    }
    return render(request, "console/shell.html", shell)


urlpatterns = [
    path("", console, name="console"),
    path("c/<uuid:conversation_id>", console, name="console_conversation"),
]
