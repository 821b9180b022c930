"""A file is whole on the disk before its row exists, or not there at all; not too many wait."""

import errno
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from talk.actions import attachments
from talk.actions.attachments import write_durably
from talk.actions.messages import receive
from talk.errors import Invalid, NotFound, Throttled
from talk.models import Attachment
from tests.cast import Cast


def test_a_file_is_written_into_folders_that_were_not_there(tmp_path: Path) -> None:
    path = tmp_path / "attachments" / "ab" / "file"
    assert write_durably(path, iter([b"one", b"two"])) == 6
    assert path.read_bytes() == b"onetwo"


def test_what_could_not_be_written_whole_leaves_nothing(tmp_path: Path) -> None:
    def until_it_is_full() -> Iterator[bytes]:
        yield b"one"
        assert (tmp_path / "file").exists()
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_durably(tmp_path / "file", until_it_is_full())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_being_sent_cannot_be_discarded_meanwhile() -> None:
    """Either it is sent whole, or the message is refused: never a message with a dead file."""
    guest = Cast().guest()
    for _ in range(8):
        file = SimpleUploadedFile("memo.txt", b"memo")
        upload = attachments.store_upload(guest.visitor, guest.inbox, file).id
        together = Barrier(2)

        def send(id: UUID = upload, together: Barrier = together) -> str:
            together.wait()
            try:
                receive(guest.visitor, client_id=uuid4(), body="", attachment_ids=(id,))
            except Invalid:
                return "refused"
            finally:
                connection.close()
            return "sent"

        def discard(id: UUID = upload, together: Barrier = together) -> str:
            together.wait()
            try:
                attachments.discard_upload(guest.visitor, id)
            except NotFound:
                return "kept"
            finally:
                connection.close()
            return "discarded"

        with ThreadPoolExecutor(2) as pool:
            outcomes = tuple(each.result() for each in (pool.submit(send), pool.submit(discard)))
        assert outcomes in {("sent", "kept"), ("refused", "discarded")}
        claimed = Attachment.objects.filter(id=upload, message__isnull=False).exists()
        assert claimed == (outcomes[0] == "sent")


@pytest.mark.django_db(transaction=True)
def test_uploads_at_once_do_not_pass_the_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "UNCLAIMED_LIMIT", 2)
    guest = Cast().guest()
    together = Barrier(6)

    def upload(_: int) -> str:
        try:
            together.wait()
            file = SimpleUploadedFile("memo.txt", b"memo")
            attachments.store_upload(guest.visitor, guest.inbox, file)
        except Throttled:
            return "throttled"
        finally:
            connection.close()
        return "stored"

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(upload, range(6)))
    assert sorted(done) == ["stored"] * 2 + ["throttled"] * 4
    assert Attachment.objects.count() == 2
