"""Files leave the disk after the rows that named them: a job each, so that no crash keeps one."""

from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from talk.models import Attachment, FileDeletion

MOST_FILES = 200


def discard_attachments(rows: QuerySet[Attachment], *, erasure_id: UUID | None = None) -> int:
    """Delete the rows of attachments and leave their files to `delete_files`; return how many.

    In the caller's transaction.
    """
    names = {row.pk: str(row.file.name) for row in rows.select_for_update().order_by("pk")}
    FileDeletion.objects.bulk_create(
        [FileDeletion(name=name, erasure_id=erasure_id) for name in names.values()],
        ignore_conflicts=True,
    )
    Attachment.objects.filter(pk__in=names).delete()
    return len(names)


@transaction.atomic
def delete_files(*, erasure_id: UUID | None = None) -> int:
    """Delete a batch of files that nothing names any more; return how many.

    A file that is gone already counts: whoever deleted it was killed before it could say so.
    """
    waiting = FileDeletion.objects.select_for_update(skip_locked=True)
    if erasure_id is not None:
        waiting = waiting.filter(erasure_id=erasure_id)
    batch = list(waiting.order_by("id")[:MOST_FILES])
    for job in batch:
        default_storage.delete(job.name)
    FileDeletion.objects.filter(id__in=[job.id for job in batch]).delete()
    return len(batch)
