"""Django's ASGI handler, with one visit to a thread for each request.

Django gives each synchronous middleware two such visits, and the view two more: sixteen in all,
which took half of what a request costs.
"""

from collections.abc import Callable
from typing import Any

import django
from asgiref.sync import iscoroutinefunction, sync_to_async
from django.core.handlers.asgi import ASGIHandler


class Handler(ASGIHandler):
    """Runs the view, and all middlewares up to the first that is asynchronous only, in one thread.

    What stands above that one runs on the event loop: it may neither wait nor ask the database.
    """

    _middleware_chain: Callable[..., Any]

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)
        if not iscoroutinefunction(self._middleware_chain):
            self._middleware_chain = sync_to_async(self._middleware_chain, thread_sensitive=True)

    def adapt_method_mode(
        self,
        is_async: bool,
        method: Callable[..., Any],
        method_is_async: bool | None = None,
        debug: bool = False,
        name: str | None = None,
    ) -> Callable[..., Any]:
        """Leave the top of the chain as it is: an event loop calls it."""
        is_top = method_is_async is not None and name is None
        return (
            method
            if is_top
            else super().adapt_method_mode(is_async, method, method_is_async, debug, name)
        )


def make_application() -> Handler:
    """Return Django as an ASGI application, as `get_asgi_application` does."""
    django.setup(set_prefix=False)
    return Handler()
