"""The ASGI application: Django for requests, `talk.sockets` for websockets. Any server runs it."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter

from config.handler import make_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = make_application()

# Below, because these import models and those need the application registry.
from config.guard import exit_if_unsafe  # noqa: E402
from talk.connections import expect_answers_within  # noqa: E402
from talk.sockets.routing import websocket_urlpatterns  # noqa: E402

exit_if_unsafe()
# Somebody waits for each of these, five seconds long; who meets a row that is held may ask again.
expect_answers_within(10, lock_seconds=3)
application = ProtocolTypeRouter(
    {"http": django_application, "websocket": URLRouter(websocket_urlpatterns)}
)
