"""Whom the databases run as. PostgreSQL refuses root, and users that /etc/passwd does not know.

Neither accounts are made nor folders opened: in a user namespace of its own the server has another
name for itself, while its files stay ours.
"""

import functools
import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from config.embedded.failure import EmbeddedError

NOBODY = 65534


@dataclass(frozen=True)
class Account:
    """How to start a program: a command in front of its own, or a user id to switch to."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None

    def give(self, folder: Path) -> None:
        """Make the folder this account's own (its contents follow, they were made by it)."""
        if self.uid is None:
            return
        os.chown(folder, self.uid, self.uid)
        if not _runs("test", "-w", str(folder), uid=self.uid):
            raise _unreachable(str(folder))


def account_for(program: Path) -> Account:
    """Return the account that can run the program here, or say why there is none."""
    own = os.geteuid()
    if own != 0 and own in _known_users():
        return Account()
    if _namespaces_work():
        return Account(prefix=_namespace())
    if own != 0:
        raise EmbeddedError(
            f"the embedded PostgreSQL cannot run as user {own}, whom /etc/passwd does not know, "
            f"and user namespaces are switched off. Start Sobani as another user, or set "
            f"DATABASE_URL"
        )
    # The shim that ties the server to us is a Python program: that has to be reachable as well.
    for command in ([str(program), "--version"], [sys.executable, "-I", "-S", "-c", ""]):
        if not _runs(*command, uid=NOBODY):
            raise _unreachable(command[0])
    return Account(uid=NOBODY)


def _unreachable(path: str) -> EmbeddedError:
    return EmbeddedError(
        f"the embedded PostgreSQL cannot run as root here: user namespaces are switched off, and "
        f"user {NOBODY} may not reach {path}. Start Sobani as a normal user, or set DATABASE_URL"
    )


def _namespace() -> tuple[str, ...]:
    """Return the command that gives us the name of a user who exists and is not root."""
    users = _known_users() - {0}
    name = NOBODY if NOBODY in users or not users else min(users)
    return ("unshare", "--user", f"--map-user={name}", f"--map-group={name}", "--")


def _known_users() -> set[int]:
    return {entry.pw_uid for entry in pwd.getpwall()}


@functools.cache
def _namespaces_work() -> bool:
    return shutil.which("unshare") is not None and _runs(*_namespace(), "true")


def _runs(*command: str, uid: int | None = None) -> bool:
    try:
        done = subprocess.run(
            command,
            user=uid,
            group=uid,
            extra_groups=None if uid is None else [],
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0
