"""Static files of production, collected again only when one of them has changed."""

import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect() -> None:
    """Hash and compress the static files, unless that is done or the image came with them."""
    root = Path(settings.STATIC_ROOT)
    mark = root / "collected"
    found = fingerprint()
    if mark.exists() and mark.read_text() == found:
        return
    if (root / "staticfiles.json").exists() and not os.access(root, os.W_OK):
        return  # a container's image: made once, read-only
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(found)


def fingerprint() -> str:
    """Return a mark that changes when any source changes: names, sizes, times of change."""
    total = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            total.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return total.hexdigest()
