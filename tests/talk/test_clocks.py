"""I-15: a process whose clock is wrong by hours decides as the others do: the database's counts."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from customers.models import Customer, Profile
from talk import channels, tasks
from talk.actions import attachments, deliveries, messages
from talk.channels import Transient
from talk.models import ApiToken, Attachment, Delivery, IdempotencyKey, Inbox, SocketTicket
from tests.cast import Cast, actor
from tests.clients import browser, program
from tests.security.files import PDF

pytestmark = pytest.mark.django_db
MOST_WRONG = timedelta(minutes=1)


@pytest.fixture(params=[3, -3])
def wrong(request: pytest.FixtureRequest) -> Callable[[], time_machine.travel]:
    """Make this process one whose clock is wrong by three hours."""
    return lambda: time_machine.travel(timezone.now() + timedelta(hours=request.param))


Wrong = Callable[[], time_machine.travel]


@pytest.fixture
def accepted(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    taken: list[UUID] = []
    monkeypatch.setattr(channels, "_channels", {})
    channels.register("line", taken.append)
    return taken


def answered(cast: Cast) -> UUID:
    Inbox.objects.filter(id=cast.shop.id).update(kind="line")
    first = messages.receive(cast.guest().visitor, client_id=uuid4(), body="?").conversation
    said = messages.send(
        actor(cast.oto), conversation_id=first.id, client_id=uuid4(), body="!"
    ).message
    return said.id


def test_a_worker_with_a_wrong_clock_takes_no_lease_of_another(
    cast: Cast, accepted: list[UUID], wrong: Wrong
) -> None:
    id = answered(cast)
    Delivery.objects.update(state="sending", attempts=1, leased_until=Now() + timedelta(seconds=30))
    with wrong():
        assert deliveries.due() == []
        deliveries.deliver(id)
    assert accepted == []


def test_a_worker_with_a_wrong_clock_finds_what_is_lost_and_what_is_due(
    cast: Cast, accepted: list[UUID], wrong: Wrong
) -> None:
    lost, queued = answered(cast), answered(cast)
    Delivery.objects.filter(message_id=lost).update(
        state="sending", attempts=1, leased_until=Now() - timedelta(seconds=1)
    )
    with wrong():
        tasks.sweep_deliveries()
    assert set(accepted) == {lost, queued}


def test_a_lease_and_a_second_attempt_are_set_by_the_databases_clock(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, wrong: Wrong
) -> None:
    id = answered(cast)
    leases: list[timedelta] = []

    def refuse(message_id: UUID) -> None:
        row = Delivery.objects.annotate(now=Now()).get(message_id=message_id)
        assert row.leased_until is not None
        leases.append(row.leased_until - row.now)
        raise Transient("busy")

    monkeypatch.setattr(channels, "_channels", {})
    channels.register("line", refuse)
    with wrong():
        tasks.sweep_deliveries()
    [lease] = leases
    assert lease.total_seconds() == pytest.approx(channels.LEASE_SECONDS, abs=5)
    row = Delivery.objects.annotate(now=Now()).get(message_id=id)
    assert row.due_at is not None
    assert (row.due_at - row.now).total_seconds() == pytest.approx(10, abs=5)


def test_what_is_swept_at_once_goes_in_the_order_in_which_it_was_said(
    cast: Cast, accepted: list[UUID]
) -> None:
    """Ids begin with the time of the process that made them: they order nothing."""
    first = answered(cast)
    conversation_id = Delivery.objects.get(message_id=first).message.conversation_id
    with time_machine.travel(timezone.now() - timedelta(hours=3)):
        second = messages.send(
            actor(cast.oto), conversation_id=conversation_id, client_id=uuid4(), body="!!"
        ).message.id
    assert second < first
    tasks.sweep_deliveries()
    assert accepted == [first, second]


def test_a_remembered_request_lives_for_two_days_whoever_looks(cast: Cast, wrong: Wrong) -> None:
    id = messages.receive(cast.guest().visitor, client_id=uuid4(), body="?").conversation.id
    client, body = browser(cast.oto), {"client_id": str(uuid4()), "body": "x"}

    def post() -> str:
        answer = client.post(
            f"/api/v1/conversations/{id}/notes",
            body,
            content_type="application/json",
            headers={"Idempotency-Key": "k"},
        )
        assert answer.status_code == 201
        return str(answer.headers.get("Idempotency-Replayed", "first"))

    with wrong():
        assert post() == "first"
    assert abs(timezone.now() - IdempotencyKey.objects.get().created_at) < MOST_WRONG
    IdempotencyKey.objects.update(created_at=Now() - timedelta(hours=47))
    with wrong():
        tasks.forget_expired()
        assert post() == "true"
    IdempotencyKey.objects.update(created_at=Now() - timedelta(hours=49))
    with wrong():
        tasks.forget_expired()
    assert not IdempotencyKey.objects.exists()


def test_a_ticket_is_swept_when_it_is_over(cast: Cast, wrong: Wrong) -> None:
    for seconds in (-1, 20):
        SocketTicket.objects.create(
            token_hash=str(seconds).encode(),
            operator=cast.oto,
            session_hash=b"x",
            expires_at=Now() + timedelta(seconds=seconds),
        )
    with wrong():
        tasks.forget_expired()
    [left] = SocketTicket.objects.all()
    assert bytes(left.token_hash) == b"20"


def test_an_upload_waits_for_its_message_a_day_by_the_databases_clock(
    cast: Cast, wrong: Wrong
) -> None:
    guest = cast.guest()
    with wrong():
        file = SimpleUploadedFile("x.pdf", PDF)
        kept = attachments.store_upload(guest.visitor, guest.inbox, file)
    assert abs(timezone.now() - Attachment.objects.get().created_at) < MOST_WRONG
    for hours, removed in ((23, 0), (25, 1)):
        Attachment.objects.filter(id=kept.id).update(created_at=Now() - timedelta(hours=hours))
        with wrong():
            assert attachments.remove_unclaimed() == removed


def test_an_api_token_ends_at_its_time_for_every_process(cast: Cast, wrong: Wrong) -> None:
    soon = program(cast.oto, expires_at=timezone.now() + timedelta(hours=1))
    over = program(cast.oto, expires_at=timezone.now() - timedelta(hours=1))
    with wrong():
        assert [each.get("/api/v1/me").status_code for each in (soon, over)] == [200, 401]
    used = ApiToken.objects.exclude(last_used_at=None).get().last_used_at
    assert used is not None
    assert abs(timezone.now() - used) < MOST_WRONG


def test_a_visitors_first_page_is_seen_now(cast: Cast, wrong: Wrong) -> None:
    opening = {
        "inbox": cast.shop.public_id,
        "page": {"url": "https://shop.example/", "title": "店", "referrer": ""},
    }
    client = Client(headers={"Origin": "https://shop.example"})
    with wrong():
        answer = client.post("/widget/v1/session", opening, content_type="application/json")
    assert answer.status_code in (200, 201), answer.content
    profile = Profile.objects.get()
    assert abs(timezone.now() - profile.created_at) < MOST_WRONG
    assert abs(timezone.now() - Customer.objects.get().created_at) < MOST_WRONG
    [seen] = profile.customer.context.data["pages"]
    assert seen["at"][:13] == timezone.now().isoformat()[:13]
