"""Customers by REST: who may be one person, merges by hand, exports, erasures, and who may."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from customers.actions.claims import claim
from customers.actions.erase import carry_on, erase_customer
from customers.actions.identify import Person, identify
from customers.actions.merges import move_profiles, undo_merge
from customers.actions.traits import tell_traits
from customers.actions.vouching import vouch
from customers.audit import entries_about
from customers.identifiers import Kind, Verifier
from customers.models import (
    Activity,
    AuditEntry,
    Customer,
    IdentityConflict,
    MergeLog,
    Profile,
)
from customers.spreadsheet import guarded
from talk import clock, said
from talk.actions import channel_messages, messages, notes
from talk.actions.attachments import store_upload
from talk.downloads import FileResponse
from talk.exporting import write_file
from talk.masking import DOTS, Visibility
from talk.models import Conversation, Event, FieldRule
from talk.queries.likeness import likeness
from tests.cast import Cast, Guest, actor
from tests.clients import browser, program
from tests.customers.watching import customer_of, look_at, tell_order, told
from tests.security.files import PDF

TARO = "taro@example.jp"


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


def speak(guest: Guest, body: str = "こんにちは") -> UUID:
    return messages.receive(guest.visitor, client_id=uuid4(), body=body).conversation.id


def member(cast: Cast, user_id: str = "user-42") -> Guest:
    guest = cast.guest()
    identify(guest.visitor.profile_id, Person(user_id, TARO, traits={"name": "山田 太郎"}))
    speak(guest)
    return guest


def claimant(cast: Cast) -> Guest:
    guest = cast.guest()
    claim(guest.visitor.profile_id, Kind.EMAIL, TARO)
    tell_traits(guest.visitor.profile_id, {"name": "やまだ"}, source="survey")
    speak(guest)
    return guest


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json")


def test_ac18_the_operator_sees_the_claim_as_unverified_and_one_candidate(cast: Cast) -> None:
    taro, guest = member(cast), claimant(cast)
    path = f"/api/v1/customers/{guest.visitor.customer_id}/candidates"
    answer = browser(cast.oto).get(path).json()
    [found] = answer["candidates"]
    assert found["customer"]["id"] == str(taro.visitor.customer_id)
    assert found["customer"]["name"] == "山田 太郎"
    assert found["evidence"] == [
        {"kind": "email", "value": TARO, "here": "claimed", "there": "verified"}
    ]
    assert (found["conversations"], found["two_members"]) == (1, False)
    assert (answer["merges"], answer["may_merge"]) == ([], True)
    detail = browser(cast.oto).get(path.removesuffix("/candidates")).json()["customer"]
    assert detail["identities"] == []
    assert [(one["kind"], one["value"]) for one in detail["claims"]] == [("email", TARO)]


def test_an_identifier_that_could_not_be_kept_is_told_with_why_and_masked(cast: Cast) -> None:
    guest = cast.guest()
    speak(guest)
    profile = Profile.objects.get(id=guest.visitor.profile_id)
    for n in range(6):
        vouch(profile, Kind.EMAIL, f"{n}@e.jp", Verifier.CRM)
    path = f"/api/v1/customers/{guest.visitor.customer_id}/candidates"
    answer = browser(cast.oto).get(path).json()
    [conflict] = answer["conflicts"]
    assert {**conflict, "at": ""} == {
        "kind": "email",
        "value": "5@e.jp",
        "by": "crm",
        "reason": "limit",
        "at": "",
    }
    FieldRule.objects.create(key="email", visibility=Visibility.SECRET)
    assert browser(cast.oto).get(path).json()["conflicts"][0]["value"] == DOTS
    profile.identities.filter(value="0@e.jp").delete()
    vouch(profile, Kind.EMAIL, "5@e.jp", Verifier.CRM)
    assert browser(cast.oto).get(path).json()["conflicts"] == [], "there was room after all"


def test_an_address_of_another_member_is_told_where_no_candidate_shows_it(cast: Cast) -> None:
    """Two members who were parted, and then one who was joined with a third."""
    guest, other, third = cast.guest(), cast.guest(), cast.guest()
    for each in (guest, other, third):
        speak(each)
    identify(other.visitor.profile_id, Person("user-2", TARO))
    identify(guest.visitor.profile_id, Person("user-1", TARO))
    path = f"/api/v1/customers/{guest.visitor.customer_id}/candidates"
    answer = browser(cast.aoi).get(path).json()
    assert [one["customer"]["id"] for one in answer["candidates"]] == [
        str(other.visitor.customer_id)
    ]
    assert answer["conflicts"] == []
    moved = [other.visitor.profile_id]
    move_profiles(moved, winner_id=third.visitor.customer_id, reason="1", actor="aoi")
    answer = browser(cast.aoi).get(path).json()
    assert answer["candidates"] == []
    [conflict] = answer["conflicts"]
    assert (conflict["value"], conflict["reason"]) == (TARO, "two_members")


def test_who_together_would_have_too_much_is_no_one_to_merge_with(cast: Cast) -> None:
    taro, guest = member(cast), claimant(cast)
    for each, prefix in ((taro, "090"), (guest, "080")):
        profile = Profile.objects.get(id=each.visitor.profile_id)
        for n in range(4):
            vouch(profile, Kind.PHONE, f"{prefix}-1234-567{n}", Verifier.SITE)
    path = f"/api/v1/customers/{guest.visitor.customer_id}/candidates"
    [found] = browser(cast.oto).get(path).json()["candidates"]
    assert (found["two_members"], found["too_many"]) == (False, True)


def test_whoever_does_not_see_a_customer_is_told_of_no_likeness(cast: Cast) -> None:
    """oto sees the shop alone: that the salon knows this address is not theirs to learn."""
    guest = claimant(cast)
    elsewhere = cast.guest(cast.salon)
    identify(elsewhere.visitor.profile_id, Person("user-42", TARO))
    speak(elsewhere)
    path = f"/api/v1/customers/{guest.visitor.customer_id}/candidates"
    assert len(browser(cast.sumire).get(path).json()["candidates"]) == 1
    assert browser(cast.oto).get(path).json()["candidates"] == []
    other_id = str(elsewhere.visitor.customer_id)
    customer = f"customers/{guest.visitor.customer_id}"
    answer = post(browser(cast.oto), f"{customer}/merge", other_id=other_id, reason="x")
    assert answer.status_code == 404
    assert not MergeLog.objects.exists()


def test_who_may_be_one_person_is_ten_statements_however_many_there_are(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    guest, third, me = claimant(cast), cast.guest(), actor(cast.oto)
    customer_id = guest.visitor.customer_id
    member(cast)
    with django_assert_num_queries(10):
        assert len(likeness(me, customer_id).candidates) == 1
    speak(third)
    profile = Profile.objects.get(id=guest.visitor.profile_id)
    for n in range(4):
        claim(claimant(cast).visitor.profile_id, Kind.PHONE, f"090-1234-567{n}")
        other = cast.guest()
        identify(other.visitor.profile_id, Person(f"user-{n}", f"{n}@e.jp"))
        IdentityConflict.objects.create(
            profile=profile,
            kind=Kind.EMAIL,
            value=f"{n}@e.jp",
            verified_by=Verifier.CRM,
            reason=IdentityConflict.Reason.TWO_MEMBERS,
            other_id=other.visitor.customer_id,
        )
        joined = [other.visitor.profile_id]
        move_profiles(joined, winner_id=third.visitor.customer_id, reason="1", actor="aoi")
    with django_assert_num_queries(10):
        told = likeness(me, customer_id)
    assert (len(told.candidates), len(told.conflicts)) == (5, 4)


def test_a_merge_and_its_undoing_are_told_in_the_conversations_and_name_who_did_it(
    cast: Cast,
) -> None:
    taro, guest = member(cast), claimant(cast)
    client = browser(cast.oto)
    answer = post(
        client,
        f"customers/{guest.visitor.customer_id}/merge",
        other_id=str(taro.visitor.customer_id),
        choices={"name": "this"},
        reason="電話で本人と確認",
    )
    winner_id = taro.visitor.customer_id
    assert answer.json() == {"customer_id": str(winner_id)}
    assert told(winner_id)["name"] == ("やまだ", "operator")
    assert set(Conversation.objects.values_list("customer_id", flat=True)) == {winner_id}
    [merge] = MergeLog.objects.all()
    assert (merge.actor, merge.reason) == ("oto", "電話で本人と確認")
    entry = AuditEntry.objects.get(action="customers.merged")
    assert (entry.actor_id, entry.ip) == (cast.oto.id, "127.0.0.1")
    lines = Event.objects.filter(kind="conversation.changed", rows__note__data__code="merged")
    assert lines.count() == 2
    path = f"/api/v1/customers/{winner_id}/candidates"
    [known] = client.get(path).json()["merges"]
    assert (known["id"], known["by"], known["is_newest"]) == (str(merge.id), "oto", True)
    undone = post(client, f"merges/{merge.id}/undo", reason="双子でした")
    assert undone.status_code == 200
    assert told(winner_id)["name"] == ("山田 太郎", "site")
    again = post(client, f"merges/{merge.id}/undo", reason="x")
    assert (again.status_code, again.json()["code"]) == (409, "refused")


def test_two_members_are_refused_by_name(cast: Cast) -> None:
    one, other = member(cast, "user-1"), member(cast, "user-2")
    client = browser(cast.aoi)
    here = f"customers/{one.visitor.customer_id}"
    [found] = client.get(f"/api/v1/{here}/candidates").json()["candidates"]
    assert found["two_members"]
    answer = post(client, f"{here}/merge", other_id=str(other.visitor.customer_id), reason="x")
    assert (answer.status_code, answer.json()["code"]) == (409, "refused")
    assert answer.json()["detail"] == "Two members are never joined"


def test_a_claim_is_confirmed_and_one_that_another_holds_is_not(cast: Cast) -> None:
    guest = claimant(cast)
    path = f"customers/{guest.visitor.customer_id}/identities"
    body = {"kind": "email", "value": TARO, "reason": "called back"}
    assert post(browser(cast.oto), path, **body).status_code == 200
    other = claimant(cast)
    path = f"customers/{other.visitor.customer_id}/identities"
    assert post(browser(cast.oto), path, **body).status_code == 409
    assert post(browser(cast.oto), path, **{**body, "value": "x@y.example"}).status_code == 400


def test_what_an_erased_customer_had_is_not_confirmed_and_the_answer_says_why(cast: Cast) -> None:
    guest, erased = claimant(cast), cast.guest()
    identify(erased.visitor.profile_id, Person("member-9", email=TARO))
    erase_customer(actor(cast.aoi).who, erased.visitor.customer_id, reason="asked for it")
    answer = post(
        browser(cast.oto),
        f"customers/{guest.visitor.customer_id}/identities",
        kind="email",
        value=TARO,
        reason="called back",
    )
    told = answer.json()
    assert (answer.status_code, told["code"], told["field"]) == (409, "refused", "value")
    assert "erased" in told["detail"]


def lead_a_life(cast: Cast) -> Guest:
    guest = member(cast)
    profile_id = guest.visitor.profile_id
    tell_traits(profile_id, {"memo": "=HYPERLINK(1)"}, source="site")
    claim(profile_id, Kind.PHONE, "090-1234-5678")
    look_at(Profile.objects.get(id=profile_id), "cart")
    sent = store_upload(guest.visitor, guest.inbox, SimpleUploadedFile("領収書.pdf", PDF))
    said = messages.receive(
        guest.visitor, client_id=uuid4(), body="=1+1", attachment_ids=(sent.id,)
    )
    id = said.conversation.id
    messages.send(actor(cast.oto), conversation_id=id, client_id=uuid4(), body="承ります")
    notes.add(actor(cast.oto), conversation_id=id, client_id=uuid4(), body="常連のお客様")
    return guest


def test_an_export_holds_all_that_is_held(cast: Cast) -> None:
    guest = lead_a_life(cast)
    customer_id = guest.visitor.customer_id
    answer = post(browser(cast.sumire), f"customers/{customer_id}/export", reason="開示請求")
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"].startswith('attachment; filename="customer-')
    held = json.loads(answer.getvalue())
    assert {name: len(part) for name, part in held.items() if isinstance(part, list)} == {
        "customer": 1,
        "profiles": 1,
        "identities": 2,
        "claims": 1,
        "traits": 3,
        "conflicts": 0,
        "merges": 0,
        "context": 1,
        "activities": 1,
        "customer_labels": 0,
        "customer_notes": 0,
        "conversations": 1,
        "messages": 3,
        "notes": 1,
        "attachments": 1,
    }
    assert held["format"] == "sobani.customer.1"
    assert [one["body"] for one in held["messages"]] == ["こんにちは", "=1+1", "承ります"]
    [file] = held["attachments"]
    assert file["name"] == "領収書.pdf"
    assert file["download"].startswith(settings.PUBLIC_URL)
    fetched = browser(cast.sumire).get(file["download"].removeprefix(settings.PUBLIC_URL))
    assert fetched.content == PDF
    assert held["activities"][0]["props"]["url"] == "https://shop.example/cart"
    entry = AuditEntry.objects.get(action="customer.exported")
    assert (entry.customer_id, entry.reason) == (customer_id, "開示請求")
    assert (entry.what["format"], entry.what["counts"]["messages"]) == ("json", 3)


def exported(client: Client, customer_id: UUID, *sections: str) -> list[Any]:
    answer = post(client, f"customers/{customer_id}/export", reason="開示請求")
    held = json.loads(answer.getvalue())
    return [held[name] for name in sections]


def test_an_export_says_who_told_of_an_activity_and_when_it_came_in(cast: Cast) -> None:
    guest = member(cast)
    profile = Profile.objects.get(id=guest.visitor.profile_id)
    look_at(profile, "cart")
    tell_order(profile, "T-1")
    client = browser(cast.sumire)
    [activities] = exported(client, profile.customer_id, "activities")
    received = list(Activity.objects.order_by("at").values_list("received_at", flat=True))
    assert [
        (each["kind"], each["told_by"], datetime.fromisoformat(each["received_at"]))
        for each in activities
    ] == [("page", "customer", received[0]), ("order", "system", received[1])]


def test_an_export_has_merges_of_either_side_and_their_undoing(cast: Cast) -> None:
    one, other = member(cast), claimant(cast)
    owners = [each.visitor.customer_id for each in (one, other)]
    ids = [other.visitor.profile_id]
    log = move_profiles(ids, winner_id=owners[0], reason="電話で確認", actor="aoi")
    undo_merge(log.id, actor="oto")
    log.refresh_from_db()
    client = browser(cast.sumire)
    for owner, role in zip(owners, ("winner", "loser"), strict=True):
        [[merge]] = exported(client, owner, "merges")
        times = [datetime.fromisoformat(merge.pop(name)) for name in ("at", "undone_at")]
        assert times == [log.created_at, log.undone_at]
        assert merge == {
            "id": str(log.id),
            "role": role,
            "profile_ids": [str(id) for id in ids],
            "reason": "電話で確認",
            "by": "aoi",
            "undone_by": "oto",
        }


def test_an_export_has_conflicts_of_either_side(cast: Cast) -> None:
    holder, newcomer = member(cast), member(cast, "user-43")
    for guest, told_of in ((newcomer, "customer"), (holder, "other")):
        owner = Profile.objects.get(id=guest.visitor.profile_id).customer_id
        [[conflict]] = exported(browser(cast.sumire), owner, "conflicts")
        assert datetime.fromisoformat(conflict.pop("at"))
        assert conflict == {
            "kind": "email",
            "value": TARO,
            "reason": "two_members",
            "verified_by": "site",
            "told_of": told_of,
        }


def test_an_export_is_written_as_it_is_read_and_sent_a_part_at_a_time(cast: Cast) -> None:
    """Whoever has done much needs disk for it, and no memory."""
    guest = lead_a_life(cast)
    read: list[str] = []

    def words() -> Iterator[dict[str, Any]]:
        for n in range(40):
            read.append(f"{n}")
            yield {"body": "あ" * 10_000, "place": n}

    made_at = datetime.now(UTC)
    customer_id = guest.visitor.customer_id
    for form, most in (("json", 40), ("csv", 41)):
        read.clear()
        file, counts = write_file(customer_id, {"messages": words(), "notes": []}, form, made_at)  # type: ignore[arg-type]  # a literal
        assert (counts, len(read)) == ({"messages": 40, "notes": 0}, 40)
        response = FileResponse(file, name="x", media_type="x/y")
        parts = list(response)
        assert len(parts) > 15, "of 64 KiB"
        assert len(b"".join(parts).splitlines()) >= most
        response.close()
        assert file.closed


def test_what_is_said_without_words_is_exported_as_well(cast: Cast) -> None:
    guest = member(cast)
    place = said.Location(title="", address="渋谷", latitude=35.66, longitude=139.7)
    channel_messages.receive(
        guest.visitor.inbox_id,
        guest.visitor.profile_id,
        client_id=uuid4(),
        body="",
        data=place,
        said_at=clock.now(),
    )
    path = f"customers/{guest.visitor.customer_id}/export"
    [[*_, one]] = exported(browser(cast.aoi), guest.visitor.customer_id, "messages")
    assert (one["body"], one["said"]["kind"], one["said"]["address"]) == ("", "location", "渋谷")
    answer = post(browser(cast.aoi), path, reason="開示請求", format="csv")
    table = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))
    [*_, value] = [row[3] for row in table if row[0] == "messages"]
    assert json.loads(value)["latitude"] == 35.66


async def test_an_export_is_sent_a_part_at_a_time_to_a_server_that_waits() -> None:
    response = FileResponse(io.BytesIO(b"x" * 200_000), name="x", media_type="x/y")
    assert [len(part) async for part in response] == [65_536] * 3 + [3_392]


def test_the_csv_has_a_line_for_each_record_and_no_cell_that_is_calculated(cast: Cast) -> None:
    guest = lead_a_life(cast)
    path = f"customers/{guest.visitor.customer_id}/export"
    answer = post(browser(cast.aoi), path, reason="開示請求", format="csv")
    table = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))
    assert table[0] == ["section", "time", "item", "value", "from", "place"]
    values = {(row[0], row[2]): row[3] for row in table[1:]}
    assert values["identities", "email"] == TARO
    assert values["traits", "memo"] == "'=HYPERLINK(1)"
    assert [row[3] for row in table if row[0] == "messages"] == ["こんにちは", "'=1+1", "承ります"]
    assert all(cell == guarded(cell) for row in table for cell in row)


@pytest.mark.parametrize("head", ["=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠"])
def test_s28_a_cell_that_a_spreadsheet_would_calculate_is_marked_as_text(head: str) -> None:
    assert guarded(f"{head}1") == f"'{head}1"
    assert guarded(f" {head}=1") == f"' {head}=1"
    assert guarded(f"1{head}") == f"1{head}"


def test_an_erasure_answers_with_its_receipt_and_the_same_again_with_the_same(cast: Cast) -> None:
    guest = lead_a_life(cast)
    client = browser(cast.aoi)
    path = f"customers/{guest.visitor.customer_id}/erase"
    first = post(client, path, reason="消去請求")
    assert first.status_code == 202
    receipt = first.json()
    assert (receipt["by"], receipt["reason"], receipt["done_at"]) == ("aoi", "消去請求", None)
    assert post(client, path, reason="again").json()["id"] == receipt["id"]
    carry_on(UUID(receipt["id"]))
    now = client.get(f"/api/v1/erasures/{receipt['id']}").json()
    assert now["counts"]["messages"] == 3
    assert Customer.objects.get(id=guest.visitor.customer_id).name == ""
    detail = client.get(f"/api/v1/customers/{guest.visitor.customer_id}").json()
    assert (detail["customer"]["identities"], detail["customer"]["traits"]) == ([], {})
    assert detail["customer"]["erased_at"] is not None


def test_who_may_give_out_and_erase_is_decided_by_role_and_scope(cast: Cast) -> None:
    guest = lead_a_life(cast)
    here = f"customers/{guest.visitor.customer_id}"
    asked = {"export": "customer.export", "erase": "customer.erase"}
    refused = {
        (name, what): post(browser(getattr(cast, name)), f"{here}/{what}", reason="x").status_code
        for name in ("sumire", "oto", "ren")
        for what in asked
    }
    assert refused == {
        ("sumire", "export"): 200,
        ("sumire", "erase"): 403,
        ("oto", "export"): 403,
        ("oto", "erase"): 403,
        ("ren", "export"): 403,
        ("ren", "erase"): 403,
    }
    for what, scope in asked.items():
        reading = program(cast.aoi, "customer.read")
        assert post(reading, f"{here}/{what}", reason="x").status_code == 403
        allowed = program(cast.aoi, "customer.read", scope)
        assert post(allowed, f"{here}/{what}", reason="x").status_code in (200, 202)
    assert post(browser(cast.aoi), f"{here}/export", reason="").status_code == 400
    assert customer_of(Profile.objects.get(id=guest.visitor.profile_id))


def test_s64_who_looked_at_a_customer_is_noted_once_an_hour(cast: Cast) -> None:
    guest, other = member(cast), member(cast, "user-43")
    conversation = Conversation.objects.get(customer_id=guest.visitor.customer_id)
    client = browser(cast.oto)
    for _ in range(2):
        assert client.get(f"/api/v1/conversations/{conversation.id}/thread").status_code == 200
        assert client.get(f"/api/v1/customers/{guest.visitor.customer_id}").status_code == 200
    [entry] = entries_about(guest.visitor.customer_id)
    assert (entry.action, entry.actor_id, entry.actor_kind, entry.ip, entry.conversation_id) == (
        "customer.seen",
        cast.oto.id,
        "operator",
        "127.0.0.1",
        conversation.id,
    )
    assert client.get(f"/api/v1/customers/{uuid4()}").status_code == 404
    assert not entries_about(other.visitor.customer_id).exists()
    program(cast.oto, "customer.read").get("/api/v1/customers")
    [listed] = entries_about(other.visitor.customer_id)
    assert (listed.actor_kind, listed.actor_id) == ("program", cast.oto.id)
    assert entries_about(guest.visitor.customer_id).count() == 2
