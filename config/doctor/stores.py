"""PostgreSQL: reachable, durable, migrated, on time. Valkey: reachable."""

import time
from collections.abc import Iterator

import psycopg
import redis
from django.conf import settings
from django.utils.translation import gettext as _

from config.doctor.finding import Finding, broken, good, worth_knowing
from config.guard import database_refusals
from config.health import known_migrations
from customers import ahead
from talk.database import conninfo

TOLERATED_CLOCK_SECONDS = 5


def examine_database() -> Iterator[Finding]:
    part = _("Database")
    try:
        with psycopg.connect(conninfo(), autocommit=True) as opened:
            number = opened.info.server_version
            yield good(part, _("PostgreSQL %(version)s answers.") % {"version": _version(number)})
            yield from _durability(part)
            yield _migrations(opened)
            yield from _partitions(opened)
            yield _clock(opened)
    except psycopg.Error as error:  # unreachable, or without the rights to look
        reason = str(error).strip().splitlines()[0]
        yield broken(
            part,
            _("PostgreSQL does not answer: %(reason)s") % {"reason": reason},
            _("Start Sobani (`make run`), or correct DATABASE_URL."),
        )


def _version(number: int) -> str:
    return f"{number // 10000}.{number % 10000}"


def _durability(part: str) -> Iterator[Finding]:
    for refusal in database_refusals():
        yield broken(
            part,
            _("%(setting)s is off: a crash would lose messages that were acknowledged.")
            % {"setting": refusal.setting},
            refusal.cure,
        )


def _migrations(opened: psycopg.Connection) -> Finding:
    part = _("Migrations")
    has_table = opened.execute("SELECT to_regclass('django_migrations')").fetchone()
    rows = (
        opened.execute("SELECT app, name FROM django_migrations").fetchall()
        if has_table and has_table[0]
        else []
    )
    missing = known_migrations() - {(app, name) for app, name in rows}
    if missing:
        return broken(
            part,
            _("%(count)d changes to the tables are not applied.") % {"count": len(missing)},
            _("Run `manage.py migrate`."),
        )
    return good(part, _("The tables fit this version."))


def _partitions(opened: psycopg.Connection) -> Iterator[Finding]:
    names = ahead.next_names()
    rows = opened.execute(ahead.MISSING, [list(names), list(names.values())]).fetchall()
    for (name,) in rows:
        yield broken(
            _("Partitions"),
            _("The partition %(name)s is missing.") % {"name": name},
            _("Start beat and a worker, which make them; `manage.py migrate` does so at once."),
        )


def _clock(opened: psycopg.Connection) -> Finding:
    part = _("Clock")
    row = opened.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
    seconds = abs(time.time() - float(row[0])) if row else 0.0
    if seconds <= TOLERATED_CLOCK_SECONDS:
        return good(part, _("This machine and the database agree."))
    return worth_knowing(
        part,
        _("This machine and the database are %(seconds)d seconds apart.") % {"seconds": seconds},
        _("Switch on time synchronisation (NTP) on both machines."),
    )


def examine_valkey() -> Iterator[Finding]:
    part = _("Valkey")
    problem = valkey_problem()
    if problem:
        yield broken(
            part,
            _("Valkey does not answer: %(reason)s") % {"reason": problem},
            _(
                "No message is lost meanwhile, but typing and presence are missing and jobs start "
                "late. Start Sobani (`make run`), or correct REDIS_URL."
            ),
        )
    else:
        yield good(part, _("Valkey answers."))


def valkey_problem() -> str:
    """Return why Valkey does not answer, or "" if it does."""
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2
        ) as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        return str(error)
    return ""
