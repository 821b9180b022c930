"""Logging: one JSON object a line, or lines for a person in development.

Nothing that a person wrote and nothing that opens a door is logged: what callers pass under a
telling name is struck out here once more, and tracebacks never show local variables.
"""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

STRUCK = "…"
PROBES = {"/livez", "/healthz", "/readyz"}
SECRET_NAMES = re.compile(
    r"authorization|body|cookie|credential|csrf|password|secret|ticket|token|(?:^|_)key$",
    re.IGNORECASE,
)
# Links of Django and allauth that work like a password for whoever reads the log.
SECRET_PATHS = re.compile(r"(/(?:reset|confirm-email)/(?:key/)?)[^/\s\"']+")
QUERY = re.compile(r"(/[^\s\"'?]*)\?[^\s\"']+")


def drop_probes(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Leave out that a probe was answered: one every few seconds, for ever."""
    if line.get("path") in PROBES and line.get("status") == 200:
        raise structlog.DropEvent
    return line


def strike_secrets(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Replace values by the name of their field, and secrets inside addresses."""
    for name, value in line.items():
        if SECRET_NAMES.search(name):
            line[name] = STRUCK
        elif isinstance(value, str) and name != "exception":
            line[name] = strike_address(value)
    return line


def strike_address(text: str) -> str:
    return QUERY.sub(rf"\1?{STRUCK}", SECRET_PATHS.sub(rf"\1{STRUCK}", text))


def configure(*, readable: bool, level: str) -> dict[str, Any]:
    """Set up structlog and return Django's LOGGING, which sends everything the same way."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "readable": readable}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would write a second, unformatted line.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.request": {"level": "ERROR"},  # the server logs every answer already
            "celery": {"level": "WARNING" if readable else "INFO"},
            "django_structlog": {"level": "WARNING" if readable else "INFO"},
            "uvicorn": {"level": "WARNING"},  # the server logs requests and sockets itself
        },
    }


def formatter(*, readable: bool) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared(), structlog.stdlib.ExtraAdder(allow=())],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *(_readable() if readable else _json()),
        ],
    )


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        drop_probes,
        strike_secrets,
    ]


def _readable() -> list[Processor]:
    # The default renderer prints local variables, which are slow to print and full of secrets.
    plain = structlog.dev.plain_traceback
    colours = sys.stderr.isatty()
    return [structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain)]


def _json() -> list[Processor]:
    return [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ]
