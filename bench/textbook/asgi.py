import os
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.textbook.settings")
django_application = get_asgi_application()

from bench.textbook.consumers import OperatorConsumer, VisitorConsumer  # noqa: E402

# Channels routes to ASGI applications; the types of Django's `path` know only views.
routes: dict[str, Any] = {
    "ws/operator": OperatorConsumer.as_asgi(),
    "ws/c/<int:conversation>": VisitorConsumer.as_asgi(),
}
sockets: Any = [path(route, consumer) for route, consumer in routes.items()]
application = ProtocolTypeRouter({"http": django_application, "websocket": URLRouter(sockets)})
