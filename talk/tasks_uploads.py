"""Jobs of the uploads."""

from typing import Any

from celery import shared_task

from talk.actions.attachments import SWEEP_BATCH, remove_unclaimed
from talk.actions.files import MOST_FILES, delete_files

BEAT: dict[str, dict[str, Any]] = {
    "remove-unclaimed-uploads": {
        "task": "talk.tasks_uploads.remove_unclaimed_uploads",
        "schedule": 3600.0,
    },
    "delete-files": {"task": "talk.tasks_uploads.delete_discarded_files", "schedule": 60.0},
}


@shared_task
def remove_unclaimed_uploads() -> None:
    while remove_unclaimed() == SWEEP_BATCH:
        pass


@shared_task
def delete_discarded_files() -> None:
    while delete_files() == MOST_FILES:
        pass
