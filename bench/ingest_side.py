"""One side of `bench/ingest.py` in a process of its own, with a database that is prepared once.

`prepare` migrates and makes customers; `ours SIZE COUNT` records so many batches as the widget's
address does once it knows the visitor; `floor SIZE COUNT` inserts the same rows into a table with
the same partitions and indexes, without looking at them. Both read the JSON and commit each batch.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import msgspec  # noqa: E402
import psycopg  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bench.usage import Usage  # noqa: E402
from customers import partitions  # noqa: E402
from customers.cleaning import read_json  # noqa: E402
from customers.client import ClientFacts  # noqa: E402
from customers.ingest import record, tally  # noqa: E402
from customers.models import Context, Customer, Profile  # noqa: E402

VISITORS = 200
FLOOR = """
CREATE TABLE floor_activity (LIKE customers_activity INCLUDING DEFAULTS INCLUDING INDEXES)
PARTITION BY RANGE (at);
CREATE TABLE floor_activity_default PARTITION OF floor_activity DEFAULT;
"""
INSERT = """
INSERT INTO floor_activity (id, profile_id, kind, props, at)
SELECT id, %s, kind, props, at
FROM unnest(%s::uuid[], %s::text[], %s::jsonb[], %s::timestamptz[]) AS row(id, kind, props, at)
"""
CUP = {"item_id": "cup", "name": "湯のみ 藍", "price": 1200, "quantity": 2}
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/141.0.0.0 Safari/537.36"
)
TOLD: tuple[dict[str, Any], ...] = (
    {"kind": "page", "url": "https://shop.example/items/", "title": "すべての商品"},
    {"kind": "page_leave", "url": "https://shop.example/items/", "seconds": 12.4},
    {"kind": "page", "url": "https://shop.example/items/cup/", "title": "湯のみ 藍"},
    {"kind": "item_view", "url": "https://shop.example/items/cup/", "props": CUP},
    {"kind": "cart", "props": {"items": [CUP], "total": 2400, "quantity": 2, "currency": "JPY"}},
    {"kind": "page", "url": "https://shop.example/cart/", "title": "カート"},
    {"kind": "faq_search", "props": {"q": "送料", "hits": 2}},
    {"kind": "coupon_opened", "props": {"code": "AUTUMN", "place": "banner"}},
)


def prepare() -> None:
    call_command("migrate", verbosity=0)
    customers = Customer.objects.bulk_create(Customer() for _ in range(VISITORS))
    Context.objects.bulk_create(Context(customer=customer) for customer in customers)
    Profile.objects.bulk_create(Profile(customer=customer) for customer in customers)
    partitions.ensure("customers_activity", "month")
    with connection.cursor() as cursor:
        cursor.execute(FLOOR)
    partitions.ensure("floor_activity", "month")


def main(side: str, size: int, count: int) -> None:
    bodies = list(_bodies(size, count))
    profiles = list(Profile.objects.values_list("id", flat=True))
    take = {"ours": _ours, "floor": _floor()}[side]
    for body, profile in zip(_bodies(size, 50), cycle(profiles), strict=False):
        take(body, profile)
    postgres = Usage(postmaster())
    before, began, used = _cpu(), time.perf_counter(), postgres.cpu_seconds()
    for body, profile in zip(bodies, cycle(profiles), strict=False):
        take(body, profile)
    answer = {
        "seconds": time.perf_counter() - began,
        "cpu": _cpu() - before,
        "postgres_cpu": postgres.cpu_seconds() - used,
    }
    sys.stdout.write(json.dumps(answer))


def _ours(body: bytes, profile: UUID) -> None:
    told = read_json(body)
    sent_at = msgspec.convert(told["sent_at"], datetime)
    client = ClientFacts(user_agent=AGENT, sent_at=sent_at)
    done = tally(record(profile, told["activities"], client=client))
    assert done.accepted == len(told["activities"]), done


def _floor() -> Callable[[bytes, UUID], None]:
    plain = psycopg.connect(os.environ["DATABASE_URL"])

    def insert(body: bytes, profile: UUID) -> None:
        told = msgspec.json.decode(body)["activities"]
        columns = [
            [one["id"] for one in told],
            [one["kind"] for one in told],
            [msgspec.json.encode(one.get("props", {})).decode() for one in told],
            [one["at"] for one in told],
        ]
        plain.execute(INSERT, [profile, *columns])
        plain.commit()

    return insert


def _bodies(size: int, count: int) -> Iterator[bytes]:
    kinds = cycle(TOLD)
    for _ in range(count):
        now = datetime.now(UTC).isoformat()
        told = [{"id": str(uuid4()), "at": now, **next(kinds)} for _ in range(size)]
        yield msgspec.json.encode({"sent_at": now, "activities": told})


def postmaster() -> int:
    """Return the process id of the PostgreSQL that the connection goes to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('data_directory')")
        [[folder]] = cursor.fetchall()
    return int(Path(folder, "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare()
    else:
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
