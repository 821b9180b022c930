"""Files that a channel's server hands us: on the disk, and examined, before a message has them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from django.core.files.storage import default_storage

from customers.ids import uuid7
from talk.actions.attachments import write_durably
from talk.errors import TooLarge
from talk.models import Attachment
from talk.models.attachments import attachment_path
from talk.uploads import Upload, examine_received


def keep(
    inbox_id: UUID, profile_id: UUID, chunks: Iterable[bytes], *, name: str, largest_bytes: int
) -> Attachment:
    """Keep a file for `channel_messages.attach`; without that it is removed within a day.

    Pictures are made anew; what it is, is told by its bytes alone. Raises `TooLarge`, `BrokenFile`,
    `Throttled` (other pictures are in work).
    """
    attachment = Attachment(id=uuid7(), inbox_id=inbox_id, profile_id=profile_id)
    attachment.file.name = attachment_path(attachment, "")
    path = Path(default_storage.path(attachment.file.name))
    attachment.size = write_durably(path, _limited(chunks, largest_bytes))
    try:
        upload = _examined(path, name)
        if upload.content is not None:
            path.unlink()
            attachment.size = write_durably(path, iter([upload.content]))
        attachment.name, attachment.media_type = upload.name, upload.media_type
        attachment.width, attachment.height = upload.width, upload.height
        attachment.save(force_insert=True)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return attachment


def _examined(path: Path, name: str) -> Upload:
    with path.open("rb") as file:
        return examine_received(file, name=name)


def _limited(chunks: Iterable[bytes], largest_bytes: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > largest_bytes:
            raise TooLarge(f"At most {largest_bytes} bytes are kept", most_bytes=largest_bytes)
        yield chunk
