"""Whom the databases run as. PostgreSQL refuses root; we neither make accounts nor open folders."""

import functools
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.embedded.failure import EmbeddedError

NOBODY = 65534
NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")


@dataclass(frozen=True)
class Account:
    """How to start a program: a command in front of its own, or a user id to switch to."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None

    def give(self, folder: Path) -> None:
        """Make the folder this account's own (its contents follow, they were made by it)."""
        if self.uid is not None:
            os.chown(folder, self.uid, self.uid)


def account_for(program: Path) -> Account:
    """Return the account that can run the program here, or say why there is none."""
    if os.geteuid() != 0:
        return Account()
    if _namespaces_work():
        return Account(prefix=NAMESPACE)
    if _runs(str(program), "--version", uid=NOBODY):
        return Account(uid=NOBODY)
    raise EmbeddedError(
        f"the embedded PostgreSQL cannot run as root here: user namespaces are switched off, and "
        f"user {NOBODY} may not reach {program}. Start Sobani as a normal user, or set DATABASE_URL"
    )


@functools.cache
def _namespaces_work() -> bool:
    return shutil.which(NAMESPACE[0]) is not None and _runs(*NAMESPACE, "true")


def _runs(*command: str, uid: int | None = None) -> bool:
    try:
        done = subprocess.run(command, user=uid, group=uid, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0
