"""What production refuses to start with. Each line names the setting and the cure.

The same rules are system checks (`manage.py check`) and a guard in front of web, worker, beat and
`manage.py up`: a check can be skipped, the guard cannot.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from talk.database import conninfo

SHORTEST_KEY = 50
SHORTEST_LAYER_TIMEOUT = 5
"""redis-py closes an idle connection after its socket_timeout; 5 s or less cuts every socket."""
DURABLE = ("synchronous_commit", "fsync", "full_page_writes")


@dataclass(frozen=True)
class Refusal:
    number: int
    setting: str
    problem: str
    cure: str

    def __str__(self) -> str:
        return f"{self.setting}: {self.problem}; {self.cure}"


def setting_refusals() -> Iterator[Refusal]:
    """Yield what is unsafe in the settings of the production profile."""
    key = settings.SECRET_KEY
    if key == settings.DEFAULT_SECRET_KEY:
        cure = "set 50 random characters, the same on every machine"
        yield Refusal(1, "SECRET_KEY", "is the one that everybody knows", cure)
    elif len(key) < SHORTEST_KEY:
        yield Refusal(2, "SECRET_KEY", f"has {len(key)} characters", "set at least 50 random ones")
    for former in settings.SECRET_KEY_FALLBACKS:
        if former == settings.DEFAULT_SECRET_KEY or len(former) < SHORTEST_KEY:
            problem = "has a key that everybody knows or can guess, and it still signs"
            yield Refusal(8, "SECRET_KEY_FALLBACKS", problem, "take it out")
    if settings.DEBUG:
        yield Refusal(3, "DEBUG", "shows code and settings to visitors", "unset it")
    if settings.LINE_SIMULATOR:
        problem = "would let anybody play every customer and the whole of LINE"
        yield Refusal(10, "LINE_SIMULATOR", problem, "unset it")
    if any("*" in host for host in settings.ALLOWED_HOSTS) or not settings.ALLOWED_HOSTS:
        yield Refusal(4, "ALLOWED_HOSTS", "serves any name", "list the exact host names")
    if not settings.PUBLIC_URL.startswith("https://"):
        cure = "set the https:// address that browsers use (a proxy may end TLS)"
        yield Refusal(5, "PUBLIC_URL", "is not https, so cookies would cross in the clear", cure)
    elif not settings.TRUSTED_PROXY_HOPS:
        problem = "is 0, but TLS ends at a proxy: nobody could log in, all would have its address"
        cure = "set how many proxies stand in front and add to X-Forwarded-For, mostly 1"
        yield Refusal(9, "TRUSTED_PROXY_HOPS", problem, cure)


def layer_refusals() -> Iterator[Refusal]:
    """Yield what cuts live connections, in every profile."""
    layer: dict[str, Any] = settings.CHANNEL_LAYERS["default"]
    for host in layer.get("CONFIG", {}).get("hosts", []):
        # An address alone means redis-py's default, which is 5.
        seconds = host.get("socket_timeout", 5) if isinstance(host, dict) else 5
        if seconds is not None and seconds <= SHORTEST_LAYER_TIMEOUT:
            problem = f"socket_timeout is {seconds} s, which closes every idle websocket"
            yield Refusal(6, "CHANNEL_LAYERS", problem, "use None or more than 5")


def database_refusals() -> Iterator[Refusal]:
    """Yield what would lose acknowledged messages in a crash; asks the database."""
    # A connection of its own: a web process asks while its event loop already runs, and Django's
    # connections refuse that.
    with psycopg.connect(conninfo(), autocommit=True) as opened:
        found = opened.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY (%s)", [list(DURABLE)]
        ).fetchall()
    for name, value in found:
        if value == "off":
            problem = "is off in the database: a crash would lose acknowledged messages"
            yield Refusal(7, name, problem, f"ALTER SYSTEM SET {name} = on, and reload")


def refuse_unsafe() -> None:
    """Raise ImproperlyConfigured with one line a rule, unless all is safe.

    A database that does not answer is not refused: it may come back, and then it is asked again
    by whoever starts next.
    """
    found = [*layer_refusals()]
    if settings.PRODUCTION:
        found += [*setting_refusals(), *_database_refusals_if_it_answers()]
    if found:
        raise ImproperlyConfigured("\n".join(map(str, found)))


def exit_if_unsafe() -> None:
    """End the process with those lines and exit code 1; for programs, where nobody catches."""
    try:
        refuse_unsafe()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from None


def _database_refusals_if_it_answers() -> list[Refusal]:
    try:
        return list(database_refusals())
    except psycopg.OperationalError:
        return []


def _errors(rule: Callable[[], Iterator[Refusal]]) -> list[CheckMessage]:
    return [
        Error(f"{found.setting} {found.problem}.", hint=found.cure, id=f"config.E00{found.number}")
        for found in rule()
    ]


@register(Tags.security)
def check_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    unsafe = _errors(setting_refusals) if settings.PRODUCTION else []
    return [*unsafe, *_errors(layer_refusals)]


@register(Tags.database)
def check_database(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    if not settings.PRODUCTION or not databases or "default" not in databases:
        return []
    return _errors(database_refusals)
