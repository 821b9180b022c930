"""Attachments: kept on disk before they are a row, and theirs until a message claims them."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models.functions import Now

from customers.ids import uuid7
from talk import channels
from talk.actions.files import delete_files, discard_attachments
from talk.errors import NotFound, Throttled
from talk.models import Attachment, Inbox
from talk.models.attachments import attachment_path
from talk.policy import Actor, Permission, Visitor, require
from talk.uploads import Upload, examine_upload

UNCLAIMED_LIMIT = 30  # of one uploader, within UNCLAIMED_AGE
UNCLAIMED_AGE = timedelta(hours=24)
SWEEP_BATCH = 500
CHUNK_BYTES = 256 * 1024


def store_upload(owner: Actor | Visitor, inbox: Inbox, file: "UploadedFile[bytes]") -> Attachment:
    """Keep a file that its owner may put into a message of this inbox within a day.

    The file is on the disk, synced, before its row exists. Raises `TooLarge`, `UnsupportedFile`,
    `BrokenFile`, `Throttled`; `NotFound` for a foreign inbox.
    """
    _require_may_upload(owner, inbox.id)
    if not connection.in_atomic_block:
        connection.close()  # to the pool: many who wait for their picture's turn would empty it
    upload = examine_upload(
        file,  # type: ignore[arg-type]  # Django's file proxies a binary file's methods
        name=file.name or "",
        size=file.size or 0,
        largest_bytes=inbox.attachment_max_bytes,
        is_played=isinstance(owner, Actor) and _is_playing(inbox),
    )
    attachment = Attachment(id=uuid7(), inbox=inbox, **_owner_fields(owner))
    attachment.file.name = attachment_path(attachment, "")
    attachment.name, attachment.media_type = upload.name, upload.media_type
    attachment.width, attachment.height = upload.width, upload.height
    path = Path(default_storage.path(attachment.file.name))
    attachment.size = write_durably(path, _content_of(upload, file))
    try:
        _insert(attachment, owner)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return attachment


def _is_playing(inbox: Inbox) -> bool:
    channel = channels.channel_of(inbox.kind)
    return channel is not None and channel.is_playing


@transaction.atomic
def _insert(attachment: Attachment, owner: Actor | Visitor) -> None:
    """Of uploads by one owner at once, each counts those before it."""
    with connection.cursor() as cursor:
        who = "uploads of {}".format(*_owner_fields(owner).values())
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [who])
    _require_room(owner)
    attachment.save(force_insert=True)


@transaction.atomic
def discard_upload(owner: Actor | Visitor, attachment_id: UUID) -> None:
    """Give up an upload that its owner will not send; its file leaves the disk within minutes.

    Raises `NotFound` for what is not theirs, and for what a message has claimed: that was said.
    """
    if isinstance(owner, Actor):
        require(owner, Permission.MESSAGE_SEND)
    own = Attachment.objects.filter(id=attachment_id, message__isnull=True, **_owner_fields(owner))
    if not discard_attachments(own):
        raise NotFound


def remove_unclaimed() -> int:
    """Remove uploads that no message claimed in time; returns how many.

    A row is locked before it goes, so that a message which claims it at the same moment wins or
    finds nothing.
    """
    with transaction.atomic():
        rows = (
            Attachment.objects.select_for_update(skip_locked=True)
            .filter(message__isnull=True, created_at__lt=Now() - UNCLAIMED_AGE)
            .order_by("created_at")[:SWEEP_BATCH]
        )
        removed = discard_attachments(Attachment.objects.filter(pk__in=[row.pk for row in rows]))
        transaction.on_commit(delete_files)
    return removed


def _require_may_upload(owner: Actor | Visitor, inbox_id: UUID) -> None:
    if isinstance(owner, Actor):
        require(owner, Permission.MESSAGE_SEND, inbox_id)
    elif owner.inbox_id != inbox_id:
        raise NotFound
    _require_room(owner)  # before the file is looked at, which takes a while


def _require_room(owner: Actor | Visitor) -> None:
    waiting = Attachment.objects.filter(
        message__isnull=True, created_at__gt=Now() - UNCLAIMED_AGE, **_owner_fields(owner)
    )
    if waiting.count() >= UNCLAIMED_LIMIT:
        detail = "Send or discard the files that are waiting first"
        raise Throttled(detail, retry_after=3600, field="file")


def _owner_fields(owner: Actor | Visitor) -> dict[str, UUID]:
    if isinstance(owner, Actor):
        return {"operator_id": owner.operator_id}
    return {"profile_id": owner.profile_id}


def _content_of(upload: Upload, file: "UploadedFile[bytes]") -> Iterator[bytes]:
    if upload.content is not None:
        yield upload.content
        return
    file.seek(0)
    yield from file.chunks(CHUNK_BYTES)


def write_durably(path: Path, chunks: Iterator[bytes]) -> int:
    """Write and sync a new file and its folders; returns its size in bytes.

    What could not be written whole (a full disk) is removed again: no row would ever name it.
    """
    _make_folder(path.parent)
    size = 0
    with path.open("xb") as out:
        try:
            for chunk in chunks:
                size += out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    _sync(path.parent)
    return size


def _make_folder(folder: Path) -> None:
    """Make it with those above it, each known to the disk before something lies in it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
