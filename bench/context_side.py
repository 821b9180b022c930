"""One scale of `bench/context.py` in a process of its own, on a database that is filled once.

`build CUSTOMERS` migrates and fills; `measure COUNT HOW PASSES` opens so many conversations, chosen
at random, so many times, and prints what each pass took. HOW is `view` (the ASGI application as the
servers run it: threads, session, rights, mask, audit, JSON) or `query` (what reads the
conversation, alone).
"""

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import override_settings  # noqa: E402

from bench.ingest_side import TOLD, postmaster  # noqa: E402
from bench.usage import Usage  # noqa: E402
from config.demo.layouts import make_layouts  # noqa: E402
from config.handler import Handler, make_application  # noqa: E402
from customers import partitions  # noqa: E402
from customers.actions import create_visitor_profile  # noqa: E402
from customers.client import ClientFacts  # noqa: E402
from customers.ingest import record  # noqa: E402
from talk import queries  # noqa: E402
from talk.models import Conversation, Inbox, Operator, Team  # noqa: E402
from talk.policy import actor_of_operator  # noqa: E402

TEMPLATES = 40
SLICES = 12
EMAIL = "operator@bench.example"
UNLIMITED = 1_000_000_000
FILL = Path(__file__).with_name("context.sql")


def build(customers: int) -> None:
    call_command("migrate", verbosity=0)
    fill(customers)
    _run("VACUUM ANALYZE", {})
    _say(f"filled: {_counts()}")


def fill(customers: int) -> None:
    """Make so many customers, with all that openings read of them."""
    _people()
    partitions.ensure("customers_activity", "month", since=datetime.now(UTC) - timedelta(days=160))
    for number in range(TEMPLATES):
        _template(number)
    first, by_slices, last = FILL.read_text(encoding="utf-8").split("\n--------\n")
    sizes = {"customers": customers, "slices": SLICES}
    _run(first, sizes)
    for part in range(SLICES):
        _run(by_slices, {**sizes, "slice": part})
        _say(f"activities: {100 * (part + 1) // SLICES} %")
    _run(last, sizes)


def measure(count: int, how: str, passes: int) -> None:
    operator = Operator.objects.get(email=EMAIL)
    open_one = {"view": _view, "query": _query}[how](operator)
    chosen = _chosen(count + 1, seed=f"{count}{how}")
    open_one(chosen.pop())  # connects
    answers = [_passed(open_one, chosen) for _ in range(passes)]
    sys.stdout.write(json.dumps(answers))


def _passed(open_one: Callable[[UUID], None], chosen: list[UUID]) -> dict[str, Any]:
    postgres = Usage(postmaster())
    used, began = postgres.cpu_seconds(), time.process_time()
    took = [_timed(open_one, id) for id in chosen]
    return {
        "ms": sorted(took),
        "program_ms": (time.process_time() - began) * 1000 / len(chosen),
        "postgres_ms": (postgres.cpu_seconds() - used) * 1000 / len(chosen),
    }


def _view(operator: Operator) -> Callable[[UUID], None]:
    client = Client()
    client.force_login(operator)
    cookies = "; ".join(f"{name}={each.value}" for name, each in client.cookies.items())
    runner, application = asyncio.Runner(), make_application()

    def open_one(id: UUID) -> None:
        path = f"/api/v1/conversations/{id}/thread"
        assert runner.run(_asked(application, path, cookies)) == 200

    return open_one


async def _asked(application: Handler, path: str, cookies: str) -> int:
    """Return the status of the answer to a GET, once all of it has been sent."""
    sent: list[dict[str, Any]] = []
    incoming = asyncio.Queue[dict[str, Any]]()
    incoming.put_nowait({"type": "http.request", "body": b""})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await application(_scope(path, cookies), incoming.get, send)
    return int(sent[0]["status"])


def _scope(path: str, cookies: str) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"cookie", cookies.encode())],
        "client": ("127.0.0.1", 1),
    }


def _query(operator: Operator) -> Callable[[UUID], None]:
    actor = actor_of_operator(operator)

    def open_one(id: UUID) -> None:
        assert queries.thread(actor, id).sidebar is not None

    return open_one


def _timed(act: Callable[[UUID], None], id: UUID) -> float:
    began = time.perf_counter()
    act(id)
    return (time.perf_counter() - began) * 1000


def _chosen(count: int, *, seed: str) -> list[UUID]:
    """Not by the database, which would have read them by then; and the same in every run."""
    ids = sorted(Conversation.objects.values_list("id", flat=True))
    return random.Random(seed).sample(ids, count)


def _people() -> None:
    team = Team.objects.create(name="bench")
    for name in ("shop", "salon"):
        team.inboxes.add(Inbox.objects.create(name=name))
    operator = Operator.objects.create(email=EMAIL, name="担当", role=Operator.Role.OPERATOR)
    team.operators.add(operator)
    make_layouts(team.inboxes.get(name="salon"))


def _template(number: int) -> None:
    """A context as our own ingest makes it, of as many activities as fill its lists."""
    profile = create_visitor_profile(locale="ja")
    now = datetime.now(UTC)
    made = random.Random(number)
    told = [
        {
            **made.choice(TOLD),
            "id": str(UUID(int=made.getrandbits(128))),
            "at": (now - timedelta(minutes=made.randrange(2000))).isoformat(),
        }
        for _ in range(made.randrange(5, 60))
    ]
    record(profile.id, told, client=ClientFacts(sent_at=now))


def _run(text: str, values: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        for statement in text.split(";\n"):
            if statement.strip():
                cursor.execute(statement, values or None)


def _counts() -> str:
    tables = ("customers_customer", "customers_activity", "talk_conversation", "talk_message")
    with connection.cursor() as cursor:
        counts = []
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  # our own names
            counts.append(f"{table} {cursor.fetchone()[0]:,}")
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        return ", ".join([*counts, cursor.fetchone()[0]])


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    with override_settings(API_REQUESTS_PER_MINUTE=UNLIMITED, ALLOWED_HOSTS=["*"]):
        if sys.argv[1] == "build":
            build(int(sys.argv[2]))
        else:
            measure(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
