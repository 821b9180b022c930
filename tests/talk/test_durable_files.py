"""A file is whole on the disk before its row exists, or it is not there at all."""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from talk.actions.attachments import write_durably


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
