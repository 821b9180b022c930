"""`python -m config.server`: one web process."""

import importlib
import os
import socket
import sys

from daphne.utils import import_by_path
from django.conf import settings
from django.utils.log import configure_logging

from config.server import listener
from config.server.arguments import Arguments, parse
from config.server.asgi_types import Application
from config.server.garbage import keep_what_is_loaded
from config.server.gate import Gate
from config.server.hooks import Hooks
from config.server.journal import log


def main(words: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    arguments = parse(words, host=settings.HOST, port=settings.PORT)
    # By name, because importing Daphne installs a Twisted reactor and uvicorn is optional.
    server = importlib.import_module(f"config.server.{settings.SERVER}_server")
    application: Application = import_by_path(arguments.app)
    sock = _listener(arguments)
    keep_what_is_loaded()
    gate = Gate(application, hops=settings.TRUSTED_PROXY_HOPS, limits=arguments.limits)
    log.info("listening", server=settings.SERVER, address=listener.name(sock), pid=os.getpid())
    server.run(gate, sock, arguments.limits, Hooks(arguments.hooks))


def _listener(arguments: Arguments) -> socket.socket:
    backlog = arguments.limits.backlog
    if arguments.fd is not None:
        return listener.adopt(arguments.fd, backlog)
    try:
        return listener.bind(arguments.host, arguments.port, backlog)
    except OSError as error:
        address = f"{arguments.host}:{arguments.port}"
        sys.exit(f"Cannot listen on {address}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
