"""The ASGI application: Django for requests, `talk.sockets` for websockets. Any server runs it."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_asgi_application()

# Below, because these import models and those need the application registry.
from config.guard import exit_if_unsafe  # noqa: E402
from talk.sockets.routing import websocket_urlpatterns  # noqa: E402

exit_if_unsafe()
application = ProtocolTypeRouter(
    {"http": django_application, "websocket": URLRouter(websocket_urlpatterns)}
)
