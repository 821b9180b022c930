"""Logging: one JSON object a line, or lines for a person in development.

Nothing that a person wrote and nothing that opens a door is logged: what callers pass under a
telling name is struck out here once more, and tracebacks never show local variables.
"""

import logging
import re
import sys
from collections.abc import Iterable, Iterator
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
# Our own tokens, which no client of ours puts into an address.
TOKEN_PATHS = re.compile(r"(?<=/)(?:sbn_)?[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
# What PostgreSQL adds to a message: the whole row, the statement with its values.
ROWS = re.compile(r"(?:\n|\\n)(?:DETAIL|HINT|QUERY|CONTEXT|LINE \d+): .*", re.DOTALL)
INDENTS = ("", *(f"{'  ' * depth}| " for depth in range(1, 9)))  # of groups in tracebacks
# A path is taken whole even if no query follows: an address of slashes is not looked at again from
# each of them.
ADDRESS = re.compile(r"(/[^\s\"'?]*+)(\?[^\s\"']+)?")


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
            line[name] = strike_address(ROWS.sub(f" {STRUCK}", value))
    return line


def strike_address(text: str) -> str:
    text = TOKEN_PATHS.sub(STRUCK, SECRET_PATHS.sub(rf"\1{STRUCK}", text))
    return ADDRESS.sub(_without_query, text)


def _without_query(address: "re.Match[str]") -> str:
    return f"{address[1]}?{STRUCK}" if address[2] else address[1]


def strike_rows(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Write the traceback without the rows that its errors tell."""
    found = line.get("exc_info")
    error = found[1] if isinstance(found, tuple) else found
    errors = [*_chain(error)] if isinstance(error, BaseException) else [*_chain(sys.exception())]
    line = structlog.processors.format_exc_info(_logger, _method, line)
    if "exception" in line:
        line["exception"] = strike_address(_without_rows(line["exception"], errors))
    return line


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    waiting, seen = [error], set[int]()
    while waiting:
        error = waiting.pop()
        if error is not None and id(error) not in seen:
            seen.add(id(error))
            yield error
            waiting += [error.__cause__, error.__context__]
            waiting += error.exceptions if isinstance(error, BaseExceptionGroup) else ()


def _without_rows(text: str, errors: Iterable[BaseException]) -> str:
    for told in {str(error) for error in errors}:
        if short := ROWS.sub("", told) if ROWS.search(told) else "":
            # Word for word, since a row may look like the end of one.
            for indent in INDENTS:
                text = text.replace(f"\n{indent}".join(told.split("\n")), f"{short} {STRUCK}")
    return text


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
            # Its lines have whole addresses, with the ids of people; who asks logs what is needed.
            "httpx2": {"level": "WARNING"},
            "httpcore2": {"level": "WARNING"},
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
    return [strike_rows, structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain)]


def _json() -> list[Processor]:
    return [
        strike_rows,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ]
