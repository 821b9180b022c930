"""The demo shop moves with its Sobani: another port is another origin."""

from urllib.parse import urlsplit

from django.conf import settings

from talk.models import Inbox

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def own_origin() -> str:
    """Return where the demo shop is served from: the widget is on its pages."""
    parts = urlsplit(settings.PUBLIC_URL)
    return f"{parts.scheme}://{parts.netloc}"


def move_demo_inboxes() -> None:
    """Let inboxes that only this machine uses be used at its present address.

    An inbox with a site anywhere else on its list is somebody's own and stays as it is.
    """
    here = own_origin()
    if urlsplit(here).hostname not in LOOPBACK:
        return
    for inbox in Inbox.objects.filter(kind=Inbox.Kind.WEB):
        sites = {urlsplit(origin).hostname for origin in inbox.allowed_origins}
        if sites and sites <= LOOPBACK and here not in inbox.allowed_origins:
            inbox.allowed_origins = [here]
            inbox.save(update_fields=["allowed_origins"])
