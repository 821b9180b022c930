"""A name that an operator gives: kept with whom it was given to, guarded, masked, told to all."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from customers.actions import erase
from customers.actions.merges import move_profiles, undo_merge
from customers.actions.traits import tell_traits
from customers.models import AuditEntry, Context, Customer
from talk.actions import messages, names
from talk.errors import Conflict, Erased, Forbidden, Invalid, NotFound
from talk.masking import DOTS, Visibility
from talk.models import Event, FieldRule
from talk.policy import actor_of_operator
from tests.cast import Cast, Guest, actor
from tests.clients import browser, program

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest(cast: Cast) -> Guest:
    return talked(cast)


def talked(cast: Cast, name: str = "") -> Guest:
    guest = cast.guest()
    messages.receive(guest.visitor, client_id=uuid4(), body="一")
    if name:
        tell_traits(guest.visitor.profile_id, {"name": name}, source="site")
    return guest


def version_of(customer_id: UUID) -> int:
    return Context.objects.get(customer_id=customer_id).member_version


def call(cast: Cast, guest: Guest, name: str | None, **more: Any) -> names.Named:
    customer_id = guest.visitor.customer_id
    given: dict[str, Any] = {"version": version_of(customer_id), **more}
    return names.rename(actor(cast.oto), customer_id, name=name, **given)


def shown(guest: Guest) -> tuple[str, str]:
    customer = Customer.objects.get(profiles=guest.visitor.profile_id)
    return customer.name, customer.traits.get("name", {}).get("source", "")


def test_a_name_comes_before_what_the_site_says_and_is_taken_back(cast: Cast) -> None:
    guest = talked(cast, "ヤマダ タロウ")
    named = call(cast, guest, "  山田　太郎\n")
    assert shown(guest) == ("山田　太郎", "operator")
    assert named.customer.name == "山田　太郎"
    assert [one.value for one in named.customer.traits["name"].others] == ["ヤマダ タロウ"]
    assert named.version == version_of(guest.visitor.customer_id)
    tell_traits(guest.visitor.profile_id, {"name": "山田 T."}, source="site")
    assert shown(guest) == ("山田　太郎", "operator")
    assert call(cast, guest, None).customer.name == "山田 T."
    assert shown(guest) == ("山田 T.", "site")


def test_a_guest_is_named_and_is_a_guest_again(cast: Cast, guest: Guest) -> None:
    call(cast, guest, "お電話の方")
    assert shown(guest) == ("お電話の方", "operator")
    call(cast, guest, None)
    assert shown(guest) == ("", "")


def test_it_is_told_of_each_conversation_and_audited_without_the_name(
    cast: Cast, guest: Guest
) -> None:
    call(cast, guest, "花子")
    told = Event.objects.filter(kind="conversation.changed").latest("id")
    assert told.rows["conversation"]["name"] == "花子"
    assert Event.objects.filter(kind="context.changed").latest("id").id > 0
    events, version = Event.objects.count(), version_of(guest.visitor.customer_id)
    call(cast, guest, "花子")
    assert (Event.objects.count(), version_of(guest.visitor.customer_id)) == (events, version)
    call(cast, guest, None)
    call(cast, guest, None)
    audited = AuditEntry.objects.filter(action="customer.renamed").order_by("id")
    assert [(one.actor_name, one.customer_id, one.what) for one in audited] == [
        ("oto", guest.visitor.customer_id, {}),
        ("oto", guest.visitor.customer_id, {"taken": "back"}),
    ]


def test_who_was_slower_is_told_what_is_there_now(cast: Cast, guest: Guest) -> None:
    seen = version_of(guest.visitor.customer_id)
    call(cast, guest, "花子")
    with pytest.raises(Conflict) as late:
        call(cast, guest, "はな", version=seen)
    assert late.value.extra["customer"].name == "花子"
    assert late.value.extra["version"] == version_of(guest.visitor.customer_id)
    assert shown(guest) == ("花子", "operator")


def test_whom_the_name_is_masked_for_does_not_rename_blindly(cast: Cast) -> None:
    guest = talked(cast, "山田 太郎")
    FieldRule.objects.create(key="name", visibility=Visibility.SECRET)
    for name in ("だれか", None):
        with pytest.raises(Forbidden):
            call(cast, guest, name)
    path = f"/api/v1/customers/{guest.visitor.customer_id}"
    body = {"version": version_of(guest.visitor.customer_id), "name": "だれか"}
    answer = browser(cast.oto).patch(path, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    stale = browser(cast.oto).patch(path, {**body, "version": 0}, content_type="application/json")
    assert stale.status_code == 403
    assert browser(cast.oto).get(path).json()["customer"]["name"] == DOTS
    assert shown(guest) == ("山田 太郎", "site")


def test_a_name_has_a_text_and_is_one_line(cast: Cast, guest: Guest) -> None:
    for bad in ("", " \n", "a\x00b", "\ud800", "x" * 201):
        with pytest.raises(Invalid):
            call(cast, guest, bad)
    call(cast, guest, "山田\r\n花子")
    assert shown(guest) == ("山田 花子", "operator")


def test_it_stays_with_whom_it_was_given_to_when_they_are_parted(cast: Cast) -> None:
    first, second = talked(cast, "一郎"), talked(cast, "次郎")
    winner = second.visitor.customer_id
    log = move_profiles([first.visitor.profile_id], winner_id=winner, reason="1", actor="aoi")
    call(cast, second, "山田さん")
    undo_merge(log.id, actor="aoi")
    assert (shown(first), shown(second)) == (("一郎", "site"), ("山田さん", "operator"))


def test_given_beside_a_conversation_it_goes_with_who_writes_there(cast: Cast) -> None:
    first, second = talked(cast, "一郎"), talked(cast, "次郎")
    winner = second.visitor.customer_id
    log = move_profiles([first.visitor.profile_id], winner_id=winner, reason="1", actor="aoi")
    conversation_id = messages.receive(first.visitor, client_id=uuid4(), body="二").conversation.id
    call(cast, second, "山田さん", conversation_id=conversation_id)
    with pytest.raises(NotFound):
        call(cast, second, "x", conversation_id=uuid4())
    undo_merge(log.id, actor="aoi")
    assert (shown(first), shown(second)) == (("山田さん", "operator"), ("次郎", "site"))


def test_of_two_given_names_the_one_given_last_is_shown_and_both_are_taken_back(
    cast: Cast,
) -> None:
    first, second = talked(cast, "一郎"), talked(cast, "次郎")
    call(cast, first, "いち")
    call(cast, second, "に")
    winner = second.visitor.customer_id
    move_profiles([first.visitor.profile_id], winner_id=winner, reason="1", actor="aoi")
    assert shown(second) == ("に", "operator")
    beside = messages.receive(first.visitor, client_id=uuid4(), body="二").conversation.id
    call(cast, second, "いち", conversation_id=beside)
    assert shown(second) == ("いち", "operator")
    call(cast, second, None)
    assert shown(second) == ("次郎", "site")


def test_who_may_not_see_or_rename_a_customer_does_not(cast: Cast, guest: Guest) -> None:
    customer_id = guest.visitor.customer_id
    version = version_of(customer_id)
    with pytest.raises(NotFound):
        names.rename(actor(cast.ren), customer_id, version=version, name="x")
    narrow = actor_of_operator(cast.oto, scopes=frozenset({"customer.read", "customer.mark"}))
    with pytest.raises(Forbidden):
        names.rename(narrow, customer_id, version=version, name="x")
    path = f"/api/v1/customers/{customer_id}"
    client = program(cast.oto, "customer.read", "customer.rename")
    body = {"version": version, "name": "花子"}
    answer = client.patch(path, body, content_type="application/json")
    assert (answer.status_code, answer.json()["customer"]["name"]) == (200, "花子")
    late = client.patch(path, body, content_type="application/json")
    assert (late.status_code, late.json()["customer"]["name"]) == (409, "花子")
    assert late.json()["version"] == answer.json()["version"]


def test_who_was_erased_has_no_name_any_more(cast: Cast, guest: Guest) -> None:
    call(cast, guest, "花子")
    who = actor(cast.aoi).who
    erase.erase_customer(who, guest.visitor.customer_id, reason="asked for it")
    with pytest.raises((Erased, NotFound)):
        call(cast, guest, "花子")
    assert Customer.objects.get(id=guest.visitor.customer_id).name == ""
