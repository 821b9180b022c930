"""Two requests at once: real transactions on two connections."""

import threading
import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection

from customers.actions import create_visitor_profile
from customers.client import ClientFacts
from customers.ingest import Outcome, record
from customers.ingest_steps import Drop
from customers.models import Activity, Profile
from customers.queries import context_row


@pytest.mark.django_db(transaction=True)
def test_the_same_batch_twice_at_once_is_recorded_once_and_nothing_is_lost() -> None:
    profile = create_visitor_profile()
    same = page()
    outcomes = at_once(profile, [[same, page()], [same, page()], [same, page()], [same, page()]])
    dropped = [one.dropped for batch in outcomes for one in batch]
    assert sorted(map(str, dropped)) == ["None"] * 5 + [str(Drop.REPEATED)] * 3
    assert Activity.objects.filter(profile=profile).count() == 5
    row = context_row(profile.customer_id)
    assert row is not None
    assert row.version == 4
    assert sum(page.count for page in row.data.pages) == 5


def page() -> dict[str, object]:
    at = datetime.now(UTC).isoformat()
    return {"id": str(uuid.uuid4()), "kind": "page", "at": at, "url": "https://shop.example/"}


def at_once(profile: Profile, batches: list[list[dict[str, object]]]) -> list[list[Outcome]]:
    gate = threading.Barrier(len(batches))
    outcomes: list[list[Outcome]] = []

    def run(batch: list[dict[str, object]]) -> None:
        try:
            gate.wait()
            outcomes.append(record(profile.id, batch, client=ClientFacts()))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[batch]) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
