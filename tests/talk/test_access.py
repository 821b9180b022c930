"""Tickets open one socket once; visitor tokens are one profile in one inbox."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from talk.actions import access
from talk.errors import NotFound
from talk.models import Delivery, Epoch, Operator, SocketTicket, VisitorToken
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_s16_a_ticket_works_once(cast: Cast) -> None:
    ticket = access.issue_ticket(cast.oto, "session")
    admission = access.redeem_ticket(ticket, "session")
    assert admission is not None
    assert admission.actor.operator_id == cast.oto.id
    assert access.redeem_ticket(ticket, "session") is None


def test_s16_a_ticket_is_bound_to_its_session(cast: Cast) -> None:
    ticket = access.issue_ticket(cast.oto, "session")
    assert access.redeem_ticket(ticket, "another") is None
    assert access.redeem_ticket(ticket, "session") is None, "a wrong try uses it up"


def test_s16_a_ticket_ends_after_thirty_seconds(cast: Cast) -> None:
    ticket = access.issue_ticket(cast.oto, "session")
    SocketTicket.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert access.redeem_ticket(ticket, "session") is None


def test_an_operator_who_has_left_is_not_admitted(cast: Cast) -> None:
    ticket = access.issue_ticket(cast.oto, "session")
    Operator.objects.update(is_active=False)
    assert access.redeem_ticket(ticket, "session") is None


def test_secrets_are_stored_as_hashes_only(cast: Cast) -> None:
    guest = cast.guest()
    ticket = access.issue_ticket(cast.oto, "session")
    stored = [bytes(each.token_hash) for each in VisitorToken.objects.all()]
    stored += [bytes(each.token_hash) for each in SocketTicket.objects.all()]
    assert stored == [access.digest(guest.token), access.digest(ticket)]


def test_s10_a_visitors_token_is_bound_to_its_inbox_and_can_be_revoked(cast: Cast) -> None:
    guest = cast.guest()
    assert access.visitor_by_token(cast.shop.public_id, guest.token) == guest.visitor
    for inbox, token in ((cast.salon.public_id, guest.token), (cast.shop.public_id, "guess")):
        with pytest.raises(NotFound):
            access.visitor_by_token(inbox, token)
    access.revoke_visitor_token(guest.token)
    with pytest.raises(NotFound):
        access.visitor_by_token(cast.shop.public_id, guest.token)


def test_a_restore_begins_an_epoch_and_leaves_nothing_to_be_sent_twice(cast: Cast) -> None:
    before = Epoch.objects.get().value
    assert before != uuid4()
    call_command("bump_epoch")
    assert Epoch.objects.get().value != before
    assert not Delivery.objects.filter(state="sending").exists()
