"""Folders that belong to us alone."""

import os
import stat
from pathlib import Path

from config.embedded.failure import EmbeddedError


def private_folder(folder: Path, *, owner: int | None = None) -> Path:
    """Make the folder, mode 0700, and refuse one that somebody else owns.

    The sockets' folder may lie in the temporary directory, where anybody could have made it first.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise EmbeddedError(f"{folder}: {error.strerror}") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), owner}:
        raise EmbeddedError(f"{folder} belongs to somebody else; choose another STATE_DIR")
    if stat.S_IMODE(found.st_mode) & 0o077:
        folder.chmod(0o700)
    return folder
