"""The operators' console: one page, whose modules do the rest over REST and the socket."""

from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from talk.uploads import OFFERED

# In the order of their layers; each file is one component's.
STYLES: Final = (
    "layers", "reset", "tokens", "base",
    "components/shell", "components/nav", "components/list", "components/thread",
    "components/message", "components/note", "components/composer", "components/pane",
    "components/avatar", "components/button", "components/popover", "components/banner",
    "components/chip", "components/file", "components/empty", "components/toast",
    "components/same", "components/sheet", "components/then", "components/label",
    "components/kept", "components/said", "components/channel", "components/line", "utilities",
)  # fmt: skip
MAIN: Final = "console/main.js"
BUNDLE: Final = "vendor/console.js"  # made at set-up by config/vendor/bundle.mjs
STATIC: Final = Path(__file__).resolve().parent / "static"
NO_MODULES: Final = {"theme.js", "types.js"}  # the latter is for the type checker alone
# Asked for when an operator first wants them.
LAZY: Final = {
    "sticker-picker.js", "stickers.js", "quick-editor.js", "template-editor.js",
    "line-fields.js", "card-form.js", "flex-form.js",
}  # fmt: skip


def _modules() -> list[Path]:
    """Return the console's own, and those that it shares with the widget."""
    found = [*(STATIC / "console").rglob("*.js"), *(STATIC / "protocol").glob("*.js")]
    return sorted(file for file in found if file.name not in NO_MODULES)


# All of them, so that the browser need not find one import after the other.
MODULES: Final = (
    "vendor/lit.js",
    *(file.relative_to(STATIC).as_posix() for file in _modules() if file.name not in LAZY),
)


@require_safe
@never_cache
@login_required
@ensure_csrf_cookie
def console(request: HttpRequest, conversation_id: UUID | None = None) -> HttpResponse:
    """Serve the shell, the same for every address: what is shown is decided in the browser."""
    shell: dict[str, Any] = {
        "styles": [f"console/css/{name}.css" for name in STYLES],
        **scripts(),
        "language_cookie": settings.LANGUAGE_COOKIE_NAME,
        "file_kinds": ",".join(OFFERED),
    }
    return render(request, "console/shell.html", shell)


@cache
def scripts() -> dict[str, Any]:
    """Return the page's script, and the modules that it will ask for.

    Production sends one minified file, unless there is none or a module is newer: then what is
    served is what was written, as in development.
    """
    made = finders.find(BUNDLE) if settings.PRODUCTION else None
    if isinstance(made, str) and not _is_older(Path(made)):
        return {"script": BUNDLE, "modules": ()}
    return {"script": MAIN, "modules": MODULES}


def _is_older(made: Path) -> bool:
    newest = max(file.stat().st_mtime for file in _modules())
    return made.stat().st_mtime < newest


urlpatterns = [
    path("", console, name="console"),
    path("c/<uuid:conversation_id>", console, name="console_conversation"),
]
