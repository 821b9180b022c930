"""The audit: appended with the act, never changed, and found by whom it is about."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from customers import audit, clock
from customers.actions import create_visitor_profile
from customers.actions.merges import move_profiles
from customers.audit import Act, Kind, Who
from customers.models import AuditEntry

AOI = Who(Kind.OPERATOR, "Aoi", uuid4(), "192.0.2.7")


def test_an_entry_says_who_did_what_to_whom_when_from_where_and_why(db: None) -> None:
    customer_id, conversation_id = uuid4(), uuid4()
    before = clock.now()
    entry = audit.record(
        AOI,
        Act.VALUE_REVEALED,
        customer_id=customer_id,
        conversation_id=conversation_id,
        what={"key": "card"},
        reason="asked on the telephone",
    )
    [stored] = AuditEntry.objects.filter(id=entry.id).values()
    assert before <= stored.pop("at") <= clock.now()
    assert stored == {
        "id": entry.id,
        "action": "value.revealed",
        "actor_kind": "operator",
        "actor_id": AOI.id,
        "actor_name": "Aoi",
        "ip": "192.0.2.7",
        "customer_id": customer_id,
        "conversation_id": conversation_id,
        "what": {"key": "card"},
        "reason": "asked on the telephone",
    }


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(AOI, Act.CUSTOMER_SEEN)
    assert not AuditEntry.objects.exists()


def test_the_database_refuses_to_change_or_delete_an_entry(db: None) -> None:
    entry = audit.record(AOI, Act.CUSTOMER_SEEN, customer_id=uuid4())
    own = AuditEntry.objects.filter(id=entry.id)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        own.update(actor_name="nobody")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        own.delete()
    assert own.get().actor_name == "Aoi"


def test_retention_deletes_the_oldest_and_leaves_the_door_closed(db: None) -> None:
    old = [
        AuditEntry.objects.create(action="x", actor_name="x", at=Now() - timedelta(days=days))
        for days in (30, 20, 10)
    ]
    new = audit.record(AOI, Act.CUSTOMER_SEEN)
    assert audit.drop_before(clock.now() - timedelta(days=5), most=2) == 2
    assert set(AuditEntry.objects.values_list("id", flat=True)) == {old[2].id, new.id}
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_who_saw_a_customer_is_one_query_and_knows_whom_they_were_joined_with(
    db: None, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    one, other, third = (create_visitor_profile() for _ in range(3))
    for profile in (one, other, third):
        audit.record(AOI, Act.CUSTOMER_SEEN, customer_id=profile.customer_id)
    winner, loser = one.customer_id, other.customer_id
    assert [entry.customer_id for entry in audit.entries_about(winner)] == [winner]
    move_profiles([other.id], winner_id=winner, reason="the same", actor="aoi")
    with django_assert_num_queries(1):  # type: ignore[operator]  # its type is private
        about = list(audit.entries_about(winner))
    assert [entry.customer_id for entry in about] == [loser, winner]
