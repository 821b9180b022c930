"""S-62: a customer who was erased is nowhere any more, and does not come back by a sync."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models.functions import Now
from psycopg import sql

from customers import clock, erasing
from customers.actions import create_visitor_profile, erase
from customers.actions.claims import claim
from customers.actions.identify import Person, identify
from customers.actions.merges import move_profiles, undo_merge
from customers.actions.traits import tell_traits
from customers.actions.upserts import Record, Refused, upsert_customer
from customers.actions.vouching import vouch
from customers.audit import Who
from customers.client import ClientFacts
from customers.identifiers import Kind, Verifier
from customers.ingest import record
from customers.models import (
    Activity,
    AuditEntry,
    Claim,
    Customer,
    Erasure,
    Identity,
    MergeLog,
    Profile,
    Suppression,
)
from customers.suppression import Suppressed, lift
from talk.actions import messages, notes
from talk.actions.attachments import store_upload
from talk.errors import NotFound
from talk.models import (
    Attachment,
    Conversation,
    Event,
    FileDeletion,
    IdempotencyKey,
    Note,
    VisitorToken,
)
from tests.cast import Cast, Guest, actor
from tests.customers.watching import customer_of, look_at
from tests.security.files import PDF

pytestmark = pytest.mark.django_db
WORD = "kanarienvogel"  # in everything that is told of the one who is erased
STAYS = "nachtigall"


@pytest.fixture(autouse=True)
def own_files(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)  # type: ignore[attr-defined]


def lead_a_life(guest: Guest, cast: Cast, word: str) -> UUID:
    """Do all that a customer can, each time with the word; return the conversation."""
    profile_id = guest.visitor.profile_id
    earlier = create_visitor_profile()
    look_at(earlier, word)
    identify(earlier.id, Person(word, f"{word}@shop.example", traits={"name": word}))
    identify(profile_id, Person(word, f"{word}@shop.example", traits={"plan": word}))
    claim(profile_id, Kind.EMAIL, f"{word}-2@shop.example")
    tell_traits(profile_id, {"name": word}, source="claim")
    look_at(Profile.objects.get(id=profile_id), f"{word}/again")
    record(profile_id, [], client=ClientFacts(time_zone=word))
    file = SimpleUploadedFile(f"{word}.pdf", PDF)
    sent = store_upload(guest.visitor, guest.inbox, file)
    store_upload(guest.visitor, guest.inbox, SimpleUploadedFile(f"{word}.pdf", PDF))
    said = messages.receive(guest.visitor, client_id=uuid4(), body=word, attachment_ids=(sent.id,))
    id = said.conversation.id
    messages.send(actor(cast.oto), conversation_id=id, client_id=uuid4(), body=f"dear {word}")
    notes.add(actor(cast.oto), conversation_id=id, client_id=uuid4(), body=f"{word} called")
    IdempotencyKey.objects.create(
        operator=cast.oto, key=word, request_hash=b"", status=200, body={"id": str(id), "a": word}
    )
    return id


def store_activity(guest: Guest, word: str) -> None:
    Activity.objects.create(
        profile_id=guest.visitor.profile_id,
        kind="page",
        props={"url": word},
        at=clock.now(),
    )


def erase_wholly(customer_id: UUID, who: Who) -> Erasure:
    erasure = erase.erase_customer(who, customer_id, reason="asked by letter")
    erase.carry_on(erasure.id)
    Erasure.objects.filter(id=erasure.id).update(look_again_at=Now())
    erase.carry_on(erasure.id)
    erasure.refresh_from_db()
    return erasure


def tables_that_say(word: str) -> list[str]:
    """Return every table of the database with the word in any of its rows."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        found = []
        for name in names:
            rows = sql.SQL("SELECT EXISTS (SELECT 1 FROM {} AS t WHERE t::text LIKE %s)")
            cursor.execute(rows.format(sql.Identifier(name)), [f"%{word}%"])
            if cursor.fetchone() == (True,):
                found.append(name)
    return found


def stored_files() -> Iterator[str]:
    for path in Path(default_storage.path("")).rglob("*"):
        if path.is_file():
            yield path.name


def test_nothing_of_an_erased_customer_is_left_in_any_table_or_on_the_disk(cast: Cast) -> None:
    gone, kept = cast.guest(), cast.guest()
    lead_a_life(gone, cast, WORD)
    other_id = lead_a_life(kept, cast, STAYS)
    known = tables_that_say(STAYS)
    assert tables_that_say(WORD) == known
    assert len(known) > 9
    assert len(list(stored_files())) == 4
    customer_id = customer_of(Profile.objects.get(id=gone.visitor.profile_id))
    erasure = erase_wholly(customer_id, actor(cast.aoi).who)
    assert tables_that_say(WORD) == []
    assert tables_that_say(STAYS) == known
    left = set(Attachment.objects.values_list("id", flat=True))
    assert sorted(stored_files()) == sorted(id.hex for id in left)
    assert len(left) == 2
    assert not FileDeletion.objects.exists()
    assert [body for (body,) in Conversation.objects.get(id=other_id).messages.values_list("body")]
    assert erasure.counts == {
        "suppressed": 2,
        "identities": 2,
        "claims": 1,
        "traits": 5,
        "contexts": 2,
        "merges": 1,
        "activities": 2,
        "conversations": 1,
        "messages": 2,
        "notes": 1,
        "files": 2,
        "tokens": 1,
        "answers": 1,
        "events": erasure.counts["events"],
    }


def test_what_can_be_counted_stays(cast: Cast) -> None:
    guest = cast.guest()
    id = lead_a_life(guest, cast, WORD)
    before = Conversation.objects.values("inbox_id", "last_seq", "created_at", "last_at").get(id=id)
    erase_wholly(Conversation.objects.get(id=id).customer_id, actor(cast.aoi).who)
    after = Conversation.objects.get(id=id)
    assert {name: getattr(after, name) for name in before} == before
    assert (after.status, after.preview, after.messages.count()) == ("resolved", "", 2)
    assert [note.data for note in after.notes.all()] == [{"code": "erased"}]


def test_the_receipt_says_who_when_why_and_what_and_is_sealed(cast: Cast) -> None:
    guest = cast.guest()
    lead_a_life(guest, cast, WORD)
    customer_id = customer_of(Profile.objects.get(id=guest.visitor.profile_id))
    who = actor(cast.aoi).who
    erasure = erase_wholly(customer_id, who)
    assert (erasure.actor_name, erasure.actor_id) == ("aoi", cast.aoi.id)
    assert erasure.reason == "asked by letter"
    assert erasure.done_at is not None
    assert erasure.seal == erase.seal_of(erasure)
    erasure.counts = {**erasure.counts, "messages": 1}
    assert erasure.seal != erase.seal_of(erasure)
    entry = AuditEntry.objects.get(action="customer.erased")
    assert (entry.customer_id, entry.reason) == (customer_id, "asked by letter")
    assert entry.what == {"receipt": str(erasure.id), "suppressed": 2}
    again = erase.erase_customer(who, customer_id, reason="again")
    assert (again.id, again.reason) == (erasure.id, "asked by letter")


def test_from_the_first_moment_on_nothing_finds_them_and_their_tokens_have_ended(
    cast: Cast,
) -> None:
    guest = cast.guest()
    lead_a_life(guest, cast, WORD)
    customer_id = customer_of(Profile.objects.get(id=guest.visitor.profile_id))
    erase.erase_customer(actor(cast.aoi).who, customer_id, reason="asked")
    assert not Identity.objects.filter(profile__customer_id=customer_id).exists()
    assert Customer.objects.get(id=customer_id).name == ""
    token = VisitorToken.objects.get(profile_id=guest.visitor.profile_id)
    assert token.revoked_at is not None
    assert Event.objects.filter(
        kind="access.changed", rows__session=bytes(token.token_hash).hex()
    ).exists()


def test_what_was_on_its_way_goes_with_the_second_look(cast: Cast) -> None:
    guest = cast.guest()
    id = lead_a_life(guest, cast, WORD)
    customer_id = Conversation.objects.get(id=id).customer_id
    erasure = erase.erase_customer(actor(cast.aoi).who, customer_id, reason="asked")
    erase.carry_on(erasure.id)
    erasure.refresh_from_db()
    assert erasure.done_at is None
    with pytest.raises(Profile.DoesNotExist):
        look_at(Profile.objects.get(id=guest.visitor.profile_id), WORD)
    store_activity(guest, WORD)  # as one that had begun before the erasure
    with pytest.raises(NotFound):
        messages.receive(guest.visitor, client_id=uuid4(), body=WORD)
    erase.carry_on(erasure.id)
    assert tables_that_say(WORD) != []
    assert erase.unfinished() == []
    Erasure.objects.update(look_again_at=Now() - timedelta(seconds=1))
    assert erase.unfinished() == [erasure.id]
    erase.carry_on(erasure.id)
    assert tables_that_say(WORD) == []
    erasure.refresh_from_db()
    assert erasure.done_at is not None


def test_killed_after_any_batch_it_goes_on_where_it_stood(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = cast.guest()
    lead_a_life(guest, cast, WORD)
    customer_id = customer_of(Profile.objects.get(id=guest.visitor.profile_id))
    erasure = erase.erase_customer(actor(cast.aoi).who, customer_id, reason="asked")
    monkeypatch.setattr(erasing, "STEPS", [dying_after(step) for step in erasing.STEPS])
    deaths = 0
    while tables_that_say(WORD):
        try:
            erase.carry_on(erasure.id)
        except KeyboardInterrupt:
            deaths += 1
        assert deaths < 50
    monkeypatch.undo()
    Erasure.objects.update(look_again_at=Now())
    erase.carry_on(erasure.id)
    erasure.refresh_from_db()
    assert deaths > 4
    assert (erasure.counts["messages"], erasure.counts["activities"]) == (2, 2)


def dying_after(step: erasing.Step) -> erasing.Step:
    """Return the step as it is for somebody who is killed every second time it has done work."""
    calls = iter([True, False] * 50)

    def die(subject: erasing.Subject) -> object:
        removed = step(subject)
        if removed and next(calls):
            raise KeyboardInterrupt
        return removed

    return die  # type: ignore[return-value]


def test_a_batch_of_the_companys_own_system_brings_nobody_back(cast: Cast) -> None:
    guest = cast.guest()
    lead_a_life(guest, cast, WORD)
    erase_wholly(customer_of(Profile.objects.get(id=guest.visitor.profile_id)), actor(cast.aoi).who)
    customers = Customer.objects.count()
    for each in (
        Record(user_id=WORD, name=WORD),
        Record(email=f"{WORD}@shop.example", name=WORD, traits={"plan": WORD}),
        Record(user_id=WORD, email="another@shop.example", name=WORD),
    ):
        with pytest.raises(Refused, match="erased"):
            upsert_customer(each, source="crm:x")
    assert tables_that_say(WORD) == []
    assert Customer.objects.count() == customers


@pytest.mark.parametrize("verifier", [Verifier.CRM, Verifier.OPERATOR])
def test_a_sync_does_not_bring_back_who_was_erased(cast: Cast, verifier: Verifier) -> None:
    guest = cast.guest()
    lead_a_life(guest, cast, WORD)
    erase_wholly(customer_of(Profile.objects.get(id=guest.visitor.profile_id)), actor(cast.aoi).who)
    synced = create_visitor_profile()
    for kind, value in ((Kind.USER_ID, WORD), (Kind.EMAIL, f"{WORD.upper()}@shop.example")):
        with pytest.raises(Suppressed):
            vouch(synced, kind, value, verifier)
    assert claim(synced.id, Kind.EMAIL, f"{WORD}@shop.example") is None
    assert not Claim.objects.filter(profile=synced).exists()
    assert vouch(synced, Kind.USER_ID, "somebody-else", verifier) is not None


def test_only_their_own_proof_begins_anew_and_with_nothing_of_before(cast: Cast) -> None:
    guest = cast.guest()
    lead_a_life(guest, cast, WORD)
    before = customer_of(Profile.objects.get(id=guest.visitor.profile_id))
    erase_wholly(before, actor(cast.aoi).who)
    back = create_visitor_profile()
    identify(back.id, Person(WORD, f"{WORD}@shop.example"))
    customer = Customer.objects.get(id=customer_of(back))
    assert customer.id != before
    assert set(customer.traits) == {"user_id"}
    assert not MergeLog.objects.exists()
    with pytest.raises(Suppressed):
        vouch(back, Kind.EMAIL, f"{WORD}@shop.example", Verifier.CRM)
    for suppression in Suppression.objects.all():
        lift(suppression, actor(cast.aoi).who, reason="a member again")
    assert vouch(back, Kind.EMAIL, f"{WORD}@shop.example", Verifier.CRM) is not None
    assert AuditEntry.objects.filter(action="suppression.lifted").count() == 2


def test_the_browser_of_who_was_erased_is_a_new_visitor_even_if_it_was_just_asking(
    cast: Cast,
) -> None:
    guest = cast.guest()
    lead_a_life(guest, cast, WORD)
    before = customer_of(Profile.objects.get(id=guest.visitor.profile_id))
    erase_wholly(before, actor(cast.aoi).who)
    identified = identify(guest.visitor.profile_id, Person(WORD))
    assert identified.is_switched
    assert identified.profile.customer_id != before
    with pytest.raises(Profile.DoesNotExist):
        tell_traits(guest.visitor.profile_id, {"name": WORD}, source="site")


def test_a_suppression_survives_a_change_of_the_secret_key(cast: Cast, settings: object) -> None:
    guest = cast.guest()
    lead_a_life(guest, cast, WORD)
    erase_wholly(customer_of(Profile.objects.get(id=guest.visitor.profile_id)), actor(cast.aoi).who)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]  # type: ignore[attr-defined]
    settings.SECRET_KEY = "another" * 10  # type: ignore[attr-defined]
    with pytest.raises(Suppressed):
        vouch(create_visitor_profile(), Kind.USER_ID, WORD, Verifier.CRM)


def test_a_merge_of_others_that_was_undone_tells_nothing_of_who_was_erased(cast: Cast) -> None:
    gone, holder, third = (create_visitor_profile() for _ in range(3))
    look_at(gone, WORD)
    first = move_profiles([gone.id], winner_id=holder.customer_id, reason="1", actor="aoi")
    second = move_profiles([third.id], winner_id=holder.customer_id, reason="2", actor="aoi")
    assert "customers_mergelog" in tables_that_say(WORD)
    undo_merge(second.id, actor="aoi")
    undo_merge(first.id, actor="aoi")
    erase_wholly(customer_of(gone), actor(cast.aoi).who)
    assert tables_that_say(WORD) == []
    assert MergeLog.objects.filter(id=second.id).exists()


KEPT: dict[str, str] = {
    # What refers to a customer, profile or conversation, and how it is erased.
    "customers.Activity": "erase_activities",
    "customers.Claim": "erase_knowledge",
    "customers.Context": "erase_knowledge",
    "customers.Identity": "erase_knowledge",
    "customers.IdentityConflict": "erase_knowledge",
    "customers.MergeLog": "erase_knowledge",
    "customers.Trait": "erase_knowledge",
    "customers.Profile": "stays: an id, a kind and a time",
    "line.Crossing": "erase_chats",
    "line.LineChat": "erase_chats",
    "line.LineMessage": "erase_chats",
    "line.LinePart": "erase_chats",
    "line.LinkNonce": "erase_chats",
    "talk.Attachment": "erase_uploads",
    "talk.Conversation": "erase_conversations",
    "talk.CustomerNote": "erase_marks",
    "talk.Delivery": "erase_conversations",
    "talk.Message": "erase_conversations",
    "talk.Note": "erase_conversations",
    "talk.ProfileLabel": "erase_marks",
    "talk.VisitorToken": "erase_tokens",
}
ROOTS = {"customers.Customer", "customers.Profile", "talk.Conversation", "talk.Message"}


def test_every_table_that_refers_to_customers_says_how_it_is_erased() -> None:
    """A new one fails here: give it a step (`customers.erasing.register`) and a line above."""
    referring = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.many_to_one or (field.one_to_one and field.concrete)
        if field.related_model is not None and field.related_model._meta.label in ROOTS
    }
    assert referring == set(KEPT)


def test_an_erased_customer_cannot_be_found_by_a_stranger(cast: Cast) -> None:
    with pytest.raises(Customer.DoesNotExist):
        erase.erase_customer(actor(cast.aoi).who, uuid4(), reason="x")
    assert not Erasure.objects.exists()


def test_lines_about_the_customers_devices_go_and_those_about_the_operators_work_stay(
    cast: Cast,
) -> None:
    guest = cast.guest()
    id = lead_a_life(guest, cast, WORD)
    for version, code in enumerate(("device", "status", "assigned"), 101):
        Note.objects.create(
            conversation_id=id, kind="system", version=version, after_seq=2, data={"code": code}
        )
    Conversation.objects.filter(id=id).update(version=200)
    erase_wholly(Conversation.objects.get(id=id).customer_id, actor(cast.aoi).who)
    lines = Note.objects.filter(conversation_id=id).order_by("version")
    assert [line.data["code"] for line in lines] == ["status", "assigned", "erased"]
