"""The jobs that fetch files from LINE: leased, put off, done, given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from customers import clock
from integrations.line.actions.redacting import redact
from integrations.line.models import LineChannel, LineContent, Tombstone
from talk import said
from talk.actions import channel_messages
from talk.actions.files import delete_files, discard_attachments
from talk.models import Attachment, Conversation, Message

State = LineContent.State
LEASE_SECONDS = 600
MOST_SECONDS = 60
SLOW = ("video", "audio")  # LINE makes these over: it takes longer
PREPARED_WITHIN = timedelta(minutes=15)
REACHED_WITHIN = timedelta(hours=24)
FEWEST_TRIES = 10  # before anything is given up: it may have been us who were away
DUE = Q(state=State.WAITING, due_at__lte=Now()) & (Q(leased_until=None) | Q(leased_until__lt=Now()))


@dataclass(frozen=True, slots=True)
class Job:
    """One try at a file, and where it belongs."""

    id: UUID
    lease: UUID
    attempts: int
    created_at: datetime
    kind: str
    name: str
    has_preview: bool
    line_id: str
    message_id: UUID
    channel: LineChannel
    inbox_id: UUID
    profile_id: UUID


def due() -> list[UUID]:
    rows = LineContent.objects.filter(DUE).order_by("due_at").values_list("pk", flat=True)
    return list(rows[:200])


def lease(job_id: UUID) -> Job | None:
    """Take a job that is due; None for one that somebody has, or that is over."""
    token = uuid4()
    # One UPDATE decides who has it.
    until = Now() + timedelta(seconds=LEASE_SECONDS)
    due = LineContent.objects.filter(DUE, pk=job_id)
    taken = due.update(lease=token, leased_until=until, attempts=F("attempts") + 1)
    if not taken:
        return None
    related = "line_message__channel__inbox", "line_message__message__conversation"
    row = LineContent.objects.select_related(*related).get(pk=job_id)
    bubble = row.line_message
    return Job(
        id=row.pk,
        lease=token,
        attempts=row.attempts,
        created_at=row.created_at,
        kind=row.kind,
        name=row.name,
        has_preview=row.has_preview,
        line_id=bubble.line_id,
        message_id=bubble.message_id,
        channel=bubble.channel,
        inbox_id=bubble.channel.inbox_id,
        profile_id=bubble.message.conversation.profile_id,
    )


@transaction.atomic
def show_preview(job: Job, picture: Attachment) -> None:
    """Show a small picture of what is still to come."""
    if not _hold(job):
        return _discard(picture)
    LineContent.objects.filter(pk=job.id).update(has_preview=True)
    media = msgspec.structs.replace(_media(job), preview_id=picture.id)
    channel_messages.attach(job.message_id, (picture.id,), media)
    return None


@transaction.atomic
def arrive(job: Job, file: Attachment) -> str:
    """Put the file into its message. A film keeps its preview; a picture is its own.

    What was taken back meanwhile is not kept.
    """
    if not _hold(job):
        _discard(file)
        return State.GONE
    _settle(job, State.HERE)
    media = _media(job)
    poster = media.preview_id if job.kind == "video" else None
    here = msgspec.structs.replace(
        media, state="here", size=file.size, name=file.name, preview_id=poster
    )
    files = (file.id,) if poster is None else (file.id, poster)
    channel_messages.attach(job.message_id, files, here)
    return State.HERE


@transaction.atomic
def put_off(job: Job, *, is_preparing: bool) -> str:
    """Try again after 1, 2, 4 … 60 s, twice that for films and sounds.

    Given up after a quarter of an hour when LINE does not get it ready, after a day when LINE
    cannot be reached, and never before the tenth try.
    """
    within = PREPARED_WITHIN if is_preparing else REACHED_WITHIN
    if job.attempts >= FEWEST_TRIES and clock.now() - job.created_at > within:
        return give_up(job, "expired" if is_preparing else "unreachable")
    seconds = min(MOST_SECONDS, 2 ** (job.attempts - 1) * (2 if job.kind in SLOW else 1))
    held = LineContent.objects.filter(pk=job.id, lease=job.lease, state=State.WAITING)
    held.update(lease=None, leased_until=None, due_at=Now() + timedelta(seconds=seconds))
    return State.WAITING


@transaction.atomic
def give_up(job: Job, why: str) -> str:
    """Say in the message that its file will not come."""
    if not _hold(job):
        return State.GONE
    _settle(job, State.FAILED, why)
    media = msgspec.structs.replace(_media(job), state="failed", why=why)
    shown = (media.preview_id,) if media.preview_id else ()
    channel_messages.attach(job.message_id, shown, media)
    return State.FAILED


@transaction.atomic
def take_back(job: Job) -> str:
    """LINE says that it was unsent, before or in place of the event that does."""
    if not _hold(job):
        return State.GONE
    Tombstone.objects.get_or_create(
        channel=job.channel, line_id=job.line_id, defaults={"unsent_at": clock.now()}
    )
    redact(job.channel.pk, job.line_id)
    channel_messages.unsend(job.message_id)
    return State.GONE


def _hold(job: Job) -> bool:
    """Lock the conversation, as all who change it do first, and the job if it is still ours."""
    places = Message.objects.filter(id=job.message_id).values("conversation_id")
    list(Conversation.objects.select_for_update().filter(id__in=places))
    held = LineContent.objects.select_for_update().filter(
        pk=job.id, lease=job.lease, state=State.WAITING
    )
    return held.first() is not None


def _settle(job: Job, state: str, reason: str = "") -> None:
    LineContent.objects.filter(pk=job.id).update(
        state=state, reason=reason, lease=None, leased_until=None
    )


def _media(job: Job) -> said.Media:
    found = said.read(Message.objects.values_list("data", flat=True).get(id=job.message_id))
    assert isinstance(found, said.Media)  # noqa: S101 - jobs are made for nothing else
    return found


def _discard(file: Attachment) -> None:
    discard_attachments(Attachment.objects.filter(id=file.id, message=None))
    transaction.on_commit(delete_files)
