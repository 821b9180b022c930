"""What operators keep about a customer: labels and notes, for the profiles that the customer has.

It is for who sees the customer, and for operators alone. Every change gives all of it a next
version (`customers.actions.contexts.count_marks`) and appends `marks.changed`.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from customers import audit
from customers.actions.contexts import count_marks
from customers.audit import Act
from customers.models import Context
from talk import events
from talk.actions import labels
from talk.actions.profiles import lock_profiles_of, profile_beside
from talk.errors import BodyChanged, Conflict, Forbidden, Invalid, NotFound, Refused
from talk.models import CustomerNote, ProfileLabel
from talk.models.labels import MOST_NOTE
from talk.policy import SEES_ALL_INBOXES, Actor, Permission, require
from talk.protocol import check_text
from talk.queries.marks import marks_row
from talk.rows import MarksRow
from talk.veils import LABELS, NOTES

MOST_NOTES = 50


@transaction.atomic
def set_labels(
    actor: Actor, *, customer_id: UUID, version: int, label_ids: Sequence[UUID]
) -> MarksRow:
    """Put these labels and no others; an archived one may stay but not come.

    A new one is put on each of the customer's profiles, so that both have it should they be parted.
    Raises `Conflict` with the marks as they are now.
    """
    profile_ids = _markable(actor, customer_id, LABELS)
    before = marks_row(actor, customer_id).label_ids
    if set(label_ids) == set(before):
        return marks_row(actor, customer_id)
    change = labels.change(before, label_ids)
    if not count_marks(customer_id, version=version):
        raise Conflict(marks=marks_row(actor, customer_id))
    theirs = ProfileLabel.objects.filter(profile_id__in=profile_ids)
    theirs.exclude(label_id__in=change.ids).delete()
    ProfileLabel.objects.bulk_create(
        ProfileLabel(profile_id=profile_id, label_id=label_id, operator_id=actor.operator_id)
        for label_id in sorted(set(change.ids) - set(before))
        for profile_id in profile_ids
    )
    return _tell(actor, customer_id)


@transaction.atomic
def add_note(
    actor: Actor,
    *,
    customer_id: UUID,
    client_id: UUID,
    body: str,
    conversation_id: UUID | None = None,
) -> MarksRow:
    """Write a note about the customer; the same `client_id` again adds none.

    It is kept for the profile of the conversation beside which it is written, else for the oldest.
    """
    text = _text(body)
    profile_ids = _markable(actor, customer_id, NOTES)
    known = CustomerNote.objects.filter(operator_id=actor.operator_id, client_id=client_id).first()
    if known is not None:
        if known.body != text or known.profile_id not in profile_ids:
            raise BodyChanged
        return marks_row(actor, customer_id)
    if CustomerNote.objects.filter(profile_id__in=profile_ids).count() >= MOST_NOTES:
        raise Refused(
            f"There are {MOST_NOTES} notes about this customer already",
            field="notes",
            most=MOST_NOTES,
        )
    CustomerNote.objects.create(
        profile_id=profile_beside(actor, conversation_id, customer_id) or profile_ids[0],
        operator_id=actor.operator_id,
        client_id=client_id,
        body=text,
    )
    count_marks(customer_id)
    return _tell(actor, customer_id)


@transaction.atomic
def change_note(actor: Actor, *, note_id: UUID, version: int, body: str) -> MarksRow:
    """Write a note anew: its author may, and who supervises. Audited. Raises `Conflict`."""
    text = _text(body)
    customer_id = _own_note(actor, note_id)
    changed = CustomerNote.objects.filter(id=note_id, version=version).update(
        body=text, version=F("version") + 1, changed_at=Now()
    )
    return _done(actor, customer_id, note_id, Act.CUSTOMER_NOTE_CHANGED, changed)


@transaction.atomic
def delete_note(actor: Actor, *, note_id: UUID, version: int) -> MarksRow:
    """Delete a note: its author may, and who supervises. Audited. Raises `Conflict`."""
    customer_id = _own_note(actor, note_id)
    deleted, _ = CustomerNote.objects.filter(id=note_id, version=version).delete()
    return _done(actor, customer_id, note_id, Act.CUSTOMER_NOTE_DELETED, deleted)


def tell_anew(customer_id: UUID) -> None:
    """Profiles have come or gone, and what is kept for them with them."""
    theirs = {"profile__customer_id": customer_id}
    had_some = Context.objects.filter(customer_id=customer_id, marks_version__gt=0).exists()
    if (
        had_some
        or CustomerNote.objects.filter(**theirs).exists()
        or ProfileLabel.objects.filter(**theirs).exists()
    ):
        count_marks(customer_id)
        events.append_marks(customer_id=customer_id)


def _markable(actor: Actor, customer_id: UUID, key: str) -> list[UUID]:
    """Return the customer's profiles, locked, the oldest first."""
    require(actor, Permission.CUSTOMER_MARK)
    require(actor, Permission.CUSTOMER_READ)
    ids = lock_profiles_of(actor, customer_id)
    if not actor.mask.shows(key):
        raise Forbidden("What is kept about customers is masked for you")
    return ids


def _own_note(actor: Actor, note_id: UUID) -> UUID:
    """Return whom the note is about, locked."""
    note = CustomerNote.objects.filter(id=note_id).select_related("profile").first()
    if note is None:
        raise NotFound
    customer_id = note.profile.customer_id
    if note.profile_id not in _markable(actor, customer_id, NOTES):
        raise Conflict(marks=marks_row(actor, customer_id))
    if note.operator_id != actor.operator_id and actor.role not in SEES_ALL_INBOXES:
        raise Forbidden("Only who wrote a note, and who supervises, may change it")
    return customer_id


def _done(actor: Actor, customer_id: UUID, note_id: UUID, act: Act, changed: int) -> MarksRow:
    if not changed:
        raise Conflict(marks=marks_row(actor, customer_id))
    audit.record(actor.who, act, customer_id=customer_id, what={"note": str(note_id)})
    count_marks(customer_id)
    return _tell(actor, customer_id)


def _tell(actor: Actor, customer_id: UUID) -> MarksRow:
    events.append_marks(customer_id=customer_id)
    return marks_row(actor, customer_id)


def _text(body: str) -> str:
    check_text(body)
    text = body.strip()
    if not text:
        raise Invalid("body", "A note needs a text")
    if len(text) > MOST_NOTE:
        raise Invalid("body", f"A note has at most {MOST_NOTE} characters")
    return text
