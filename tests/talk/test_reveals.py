"""A masked value is shown to whom may reveal it, for a reason, and the audit says so."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from customers.actions.identify import Person, identify
from customers.actions.traits import tell_traits
from customers.models import AuditEntry
from talk.actions import messages
from talk.masking import Visibility
from talk.models import ClassAccess, FieldRule
from talk.policy import Permission
from tests.cast import Cast, Guest
from tests.clients import browser, program

pytestmark = pytest.mark.django_db
WHY = "They ask which card is on file"


@pytest.fixture
def guest(cast: Cast) -> Guest:
    guest = cast.guest()
    identify(guest.visitor.profile_id, Person("member-8841", phone="090-8765-4321"))
    tell_traits(guest.visitor.profile_id, {"card": "4980-0012-3456-7001"}, source="site")
    tell_traits(guest.visitor.profile_id, {"card": "4980 claimed"}, source="claim")
    messages.receive(guest.visitor, client_id=uuid4(), body="hello")
    FieldRule.objects.create(key="card", visibility=Visibility.SECRET)
    return guest


def ask(client: Any, customer_id: UUID, **changes: Any) -> Any:
    body = {"key": "card", "reason": WHY, **changes}
    return client.post(f"/api/v1/customers/{customer_id}/reveal", body, "application/json")


def test_a_supervisor_reveals_a_secret_value_for_a_minute(cast: Cast, guest: Guest) -> None:
    client, id = browser(cast.sumire), guest.visitor.customer_id
    masked = client.get(f"/api/v1/customers/{id}").json()["customer"]
    assert masked["masked"] == {"card": True}
    assert {key: known["value"] for key, known in masked["traits"].items()} == {
        "card": "••••7001",
        "claimed.card": "••••",
        "user_id": "member-8841",
    }
    answer = ask(client, id)
    told = answer.json()
    assert (answer.status_code, told["seconds"]) == (200, 60)
    assert answer["Cache-Control"] == "no-store"
    assert {key: known["value"] for key, known in told["customer"]["traits"].items()} == {
        "card": "4980-0012-3456-7001",
        "claimed.card": "4980 claimed",
    }
    assert (told["customer"]["identities"], told["customer"]["name"]) == ([], "")
    [entry] = AuditEntry.objects.exclude(action="customer.seen").values(
        "action", "actor_id", "customer_id", "what", "reason"
    )
    assert entry == {
        "action": "value.revealed",
        "actor_id": cast.sumire.id,
        "customer_id": id,
        "what": {"key": "card"},
        "reason": WHY,
    }


def test_who_may_not_is_refused_and_nothing_is_recorded(cast: Cast, guest: Guest) -> None:
    id = guest.visitor.customer_id
    statuses = [
        ask(browser(cast.oto), id).status_code,  # not for operators, unless it is given to them
        ask(browser(cast.ren), id).status_code,  # a customer of another inbox
        ask(program(cast.sumire, Permission.CUSTOMER_READ), id).status_code,
        ask(browser(cast.sumire), id, key="rank").status_code,  # there is no such value
        ask(browser(cast.sumire), id, key="user_id").status_code,  # it is not masked
        ask(browser(cast.sumire), id, reason=" ").status_code,
        ask(browser(cast.sumire), id, conversation_id=str(uuid4())).status_code,
    ]
    assert statuses == [403, 404, 403, 404, 404, 400, 404]
    assert not AuditEntry.objects.exists()


def test_a_team_may_be_let_reveal(cast: Cast, guest: Guest) -> None:
    access = ClassAccess.objects.create(visibility=Visibility.SECRET)
    id = guest.visitor.customer_id
    assert ask(browser(cast.sumire), id).status_code == 403  # said by the administrator: nobody
    access.revealed_by_teams.set(cast.oto.teams.all())
    assert ask(browser(cast.oto), id).status_code == 200


def test_personal_values_are_seen_by_everybody_until_the_administrator_says_by_whom(
    cast: Cast, guest: Guest
) -> None:
    path = f"/api/v1/customers/{guest.visitor.customer_id}"

    def phones(who: Any) -> list[str]:
        identities = browser(who).get(path).json()["customer"]["identities"]
        return [one["value"] for one in identities if one["kind"] == "phone"]

    assert phones(cast.oto) == ["090-8765-4321"]
    ClassAccess.objects.create(visibility=Visibility.PERSONAL, seen_by_roles=["supervisor"])
    assert (phones(cast.oto), phones(cast.sumire)) == (["••••4321"], ["090-8765-4321"])
